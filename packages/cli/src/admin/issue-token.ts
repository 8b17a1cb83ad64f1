import { randomBytes } from 'node:crypto';
import type { AuthService } from '@netra/auth';
import { E2E_KEY_HEADER, type TokenResponse } from '@netra/protocol';
import { AppError, type Config } from '@netra/service';
import type { CommandIo, ExitCode } from '../command-io.ts';
import type { AuthAtHand } from '../compose/with-auth.ts';
import { findUser } from './find-user.ts';

/** Test users get their tokens as tests do, by a key that lives as long as this command. */
export function withTestKey(config: Config): Config {
  if (config.environment === 'production')
    throw new AppError('not_in_production', 'In production nobody gets a token that way.', {
      fix: 'netra login https://chat.example.com && netra token print',
    });
  return { ...config, e2eKey: randomBytes(32).toString('base64url') };
}

/** An access token of a user, through the routes of the auth service: a real session, which can be revoked. */
export async function issueToken(
  { auth, config }: AuthAtHand,
  { io, user, json }: { io: CommandIo; user: string; json: boolean },
): Promise<ExitCode> {
  const { userId, email, name, roles, active, isE2e } = await findUser(auth, user);
  if (!active)
    throw new AppError('user_inactive', `${user} is deactivated.`, { fix: `netra users activate ${user}` });
  const call = callerOf(auth, config.publicUrl);
  const token = isE2e
    ? await call('/auth/e2e/token', { user_id: userId }, { [E2E_KEY_HEADER]: config.e2eKey ?? '' })
    : await call('/auth/token', {}, await signIn(auth, { email, name, roles }, config.publicUrl));
  // The route is our own, and its answer is what the protocol says.
  const body = (await token.json()) as TokenResponse;
  io.out(json ? JSON.stringify(body) : body.access_token);
  return 0;
}

async function signIn(
  auth: AuthService,
  user: Parameters<AuthService['createSignInLink']>[0],
  publicUrl: string,
): Promise<Record<string, string>> {
  const { url } = await auth.createSignInLink(user);
  const token = new URL(url).hash.slice(1);
  const answer = await callerOf(auth, publicUrl)('/auth/one-time-token/verify', { token }, {});
  return { Authorization: `Bearer ${answer.headers.get('set-auth-token')}` };
}

function callerOf(auth: AuthService, publicUrl: string) {
  return async (path: string, body: object, headers: Record<string, string>): Promise<Response> => {
    const request = new Request(`${publicUrl}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: new URL(publicUrl).origin, ...headers },
      body: JSON.stringify(body),
    });
    const response = await auth.fetch(request);
    if (response.ok) return response;
    // Our own service's refusals are problem documents.
    const problem = (await response.json()) as { code?: string; detail?: string };
    throw new AppError(
      problem.code ?? 'token_refused',
      problem.detail ?? `${path} answered ${response.status}.`,
    );
  };
}
