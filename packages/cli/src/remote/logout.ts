import { AppError } from '@netra/service';
import type { CommandIo, ExitCode } from '../command-io.ts';
import { askServer, type Fetch } from './ask-server.ts';
import { findCredential, forgetCredential } from './credential-file.ts';

export interface LogoutOptions {
  readonly io: CommandIo;
  readonly url: string | undefined;
  /** Leaves the key as it is at the server. */
  readonly local: boolean;
  readonly fetch?: Fetch;
}

/**
 * Revokes the key of a server there, then forgets it here. Where the server cannot be asked, the key stays in both places:
 * forgotten here alone, it could no longer be revoked from here. Errors: `not_signed_in`, `logout_failed`.
 */
export async function logout({
  io,
  url: given,
  local,
  fetch = globalThis.fetch,
}: LogoutOptions): Promise<ExitCode> {
  const { url, credential } = await findCredential(io.env, given);
  const key = credential.key_id === undefined ? 'The key' : `The key ${credential.key_id}`;
  if (!local) await revoke(fetch, url, credential.api_key);
  await forgetCredential(io.env, url);
  io.out(
    local
      ? `Forgotten. ${key} of ${credential.user} stays good until it is revoked at ${url}.`
      : `Signed out. ${key} of ${credential.user} is revoked at ${url}, and forgotten here.`,
  );
  return 0;
}

async function revoke(fetch: Fetch, url: string, apiKey: string): Promise<void> {
  try {
    await askServer(fetch, url, { method: 'DELETE', path: '/auth/api-keys/self', bearer: apiKey });
  } catch (cause) {
    // It has expired, or was revoked before.
    if (cause instanceof AppError && cause.code === 'session_ended') return;
    const why = cause instanceof Error ? cause.message : 'The server could not be asked.';
    throw new AppError('logout_failed', `The key is not revoked. ${why}`, {
      fix: `Try again when ${url} answers, or forget the key here alone: netra logout ${url} --local`,
      cause,
    });
  }
}
