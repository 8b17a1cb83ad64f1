import type { CommandIo, ExitCode } from '../command-io.ts';
import type { Fetch } from './ask-server.ts';
import { findCredential } from './credential-file.ts';
import { tokenOf } from './login.ts';

/** Prints a fresh access token and nothing else, for scripts. Errors: `not_signed_in`, and what the server refuses with. */
export async function printToken({
  io,
  url,
  json,
  fetch = globalThis.fetch,
}: {
  io: CommandIo;
  url: string | undefined;
  json: boolean;
  fetch?: Fetch;
}): Promise<ExitCode> {
  const found = await findCredential(io.env, url);
  const token = await tokenOf(fetch, found.url, found.credential.api_key);
  io.out(json ? JSON.stringify(token) : token.access_token);
  return 0;
}
