import {
  type Explanation,
  type ReportInput,
  reportAsJson,
  reportAsMarkdown,
  reportAsText,
} from '@netra/diagnosis';
import { explanationSchema } from '@netra/protocol';
import { AppError } from '@netra/service';
import type { CommandIo, ExitCode } from '../command-io.ts';
import { askServer, type Fetch } from '../remote/ask-server.ts';
import { findCredential } from '../remote/credential-file.ts';
import { tokenOf } from '../remote/login.ts';
import { askDatabase } from './ask-database.ts';

export type WhyFormat = 'text' | 'json' | 'md';

export interface WhyOptions {
  readonly io: Pick<CommandIo, 'env' | 'out' | 'err'>;
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

/** The server knows no such id, or speaks another version: its database would say the same. */
const ANSWERED: ReadonlySet<string> = new Set(['attempt_unknown', 'answer_not_understood']);

/**
 * Prints why it failed. 0: the root cause is named; 1: it is not known. Where the server is down or lets nobody in, the
 * database is asked that is set up on this machine.
 * Errors: `not_signed_in`, `server_unreachable`, and what the server refuses with.
 */
export async function why(options: WhyOptions): Promise<ExitCode> {
  try {
    return await askOverHttp(options);
  } catch (error) {
    if (!(error instanceof AppError) || ANSWERED.has(error.code)) throw error;
    const found = await askDatabase(options);
    if (found === undefined) throw error;
    options.io.err(
      `${error.message}\nSo the database was asked, ${found.place}: what only a running gateway sees is missing.`,
    );
    options.io.out(written(found.input, options.format));
    return exitCodeOf(found.input.explanation);
  }
}

function written(input: ReportInput, format: WhyFormat): string {
  if (format === 'json') return JSON.stringify(reportAsJson(input));
  return (format === 'md' ? reportAsMarkdown(input) : reportAsText(input)).trimEnd();
}

async function askOverHttp(options: WhyOptions): Promise<ExitCode> {
  const { io, id, format, fetch = globalThis.fetch } = options;
  const { url, token } = await signedIn(options, fetch);
  const path = `/v1/ops/attempts/${encodeURIComponent(id)}/explanation`;
  const ask = (accept: string) => askServer(fetch, url, { path, accept, bearer: token });
  const parsed = explanationSchema.safeParse(await (await ask('application/json')).json());
  if (!parsed.success) throw notUnderstood(url);
  // The server may know root causes that this version does not: a report shows them as they are.
  const explanation = parsed.data as Explanation;
  if (format === 'json') io.out(JSON.stringify(explanation));
  else io.out(await reportOf(explanation, await ask(format === 'md' ? 'text/markdown' : 'text/plain')));
  return exitCodeOf(explanation);
}

/** As the server writes it, with how many others it met; one that writes no such report gave the explanation again. */
async function reportOf(explanation: Explanation, response: Response): Promise<string> {
  const isReport = response.headers.get('content-type')?.startsWith('text/') ?? false;
  return (isReport ? await response.text() : reportAsText({ explanation })).trimEnd();
}

function exitCodeOf({ causes }: Explanation): ExitCode {
  return causes.length === 0 ? 1 : 0;
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
