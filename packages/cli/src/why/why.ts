import { type Explanation, reportAsText } from '@netra/diagnosis';
import { explanationSchema } from '@netra/protocol';
import { AppError } from '@netra/service';
import type { CommandIo, ExitCode } from '../command-io.ts';
import { askServer, type Fetch } from '../remote/ask-server.ts';
import { findCredential } from '../remote/credential-file.ts';
import { tokenOf } from '../remote/login.ts';

export type WhyFormat = 'text' | 'json' | 'md';

export interface WhyOptions {
  readonly io: Pick<CommandIo, 'env' | 'out'>;
  /** Of an attempt, a connection or a run. */
  readonly id: string;
  readonly format: WhyFormat;
  /** Default: the server last signed in at. */
  readonly url?: string | undefined;
  /** Where the auth service has an address of its own: the one signed in at. */
  readonly authUrl?: string | undefined;
  /** An operator's access token. Default: one is made with what `netra login` keeps. */
  readonly token?: string | undefined;
  readonly fetch?: Fetch;
}

/**
 * Prints why it failed. 0: the root cause is named; 1: it is not known.
 * Errors: `not_signed_in`, `server_unreachable`, and what the server refuses with.
 */
export async function why(options: WhyOptions): Promise<ExitCode> {
  const { io, id, format, fetch = globalThis.fetch } = options;
  const { url, token } = await signedIn(options, fetch);
  const path = `/v1/ops/attempts/${encodeURIComponent(id)}/explanation`;
  const ask = (accept: string) => askServer(fetch, url, { path, accept, bearer: token });
  const parsed = explanationSchema.safeParse(await (await ask('application/json')).json());
  if (!parsed.success) throw notUnderstood(url);
  const explanation = parsed.data;
  if (format === 'json') io.out(JSON.stringify(explanation));
  else if (format === 'md') io.out((await (await ask('text/markdown')).text()).trimEnd());
  // The server may know root causes that this version does not: a report shows them as they are.
  else io.out(reportAsText({ explanation: explanation as Explanation }).trimEnd());
  return explanation.causes.length === 0 ? 1 : 0;
}

async function signedIn(
  { io, url, authUrl, token }: WhyOptions,
  fetch: Fetch,
): Promise<{ url: string; token: string }> {
  if (token !== undefined && url !== undefined) return { url, token };
  const found = await findCredential(io.env, authUrl ?? url);
  const made = token ?? (await tokenOf(fetch, found.url, found.credential.api_key)).access_token;
  return { url: url ?? found.url, token: made };
}

function notUnderstood(url: string): AppError {
  return new AppError(
    'answer_not_understood',
    `${url} answered with no explanation as this version reads it.`,
    {
      fix: `Use the version that runs there: curl ${url}/health/live`,
    },
  );
}
