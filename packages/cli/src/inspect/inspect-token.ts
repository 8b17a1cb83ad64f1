import { REASONS } from '@netra/protocol';
import { AppError } from '@netra/service';
import type { Verdict } from '@netra/token';
import type { CommandIo, ExitCode } from '../command-io.ts';
import { chosenSecret, ENVIRONMENTS } from '../settings/load-settings.ts';
import { decodeToken } from './decode-token.ts';
import { type ClaimLine, explainClaims } from './explain-claims.ts';
import { judgeToken } from './judge-token.ts';
import { localIssuers } from './local-issuers.ts';

export interface InspectTokenOptions {
  readonly io: CommandIo;
  readonly token: string;
  readonly url: string;
  readonly environment: string;
  readonly json: boolean;
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly now?: () => number;
}

/**
 * Prints a token claim by claim and the verdict on it. What it prints is shown even where there is no verdict.
 *
 * @throws {AppError} `token_missing`, `server_unreachable`, `shared_secret_missing`, `trusted_issuers_invalid`.
 */
export async function inspectToken(options: InspectTokenOptions): Promise<ExitCode> {
  const { io, token, url, environment, json, fetch = globalThis.fetch, now = Date.now } = options;
  if (token === '') throw missing();
  const decoded = decodeToken(token);
  const lines = decoded === undefined ? [] : explainClaims(decoded, now());
  if (!json) for (const line of describeClaims(lines)) io.out(line);
  const verdict = await judgeToken(token, {
    url,
    environment,
    fetch,
    now,
    sharedSecret: () => sharedSecretFor(io.env, environment),
    issuers: localIssuers(io.env, { fetch, log: { warn: () => undefined } }),
  });
  if (json) io.out(JSON.stringify(report({ lines, verdict, url, environment })));
  else for (const line of describeVerdict(verdict, url)) io.out(line);
  return verdict.ok ? 0 : 1;
}

/** No server shows a shared secret, so that only who has it can judge. */
function sharedSecretFor(env: CommandIo['env'], environment: string): Uint8Array {
  const name = ENVIRONMENTS.find((each) => each === environment) ?? 'development';
  const found = chosenSecret(env, name);
  if (found?.ok) return found.secret.bytes;
  const setting = `JWT_SECRET_${name.toUpperCase()}`;
  const message = `This token is signed with a shared secret, and ${setting} is not set here, or not well.`;
  throw new AppError('shared_secret_missing', found?.problems[0]?.message ?? message, {
    fix: `Set ${setting}_FILE to the file that the server has, and run it again`,
  });
}

function missing(): AppError {
  return new AppError('token_missing', 'There is no token to inspect.', {
    fix: 'netra token inspect <jwt>, or - to read it from standard input',
  });
}

function describeClaims(lines: readonly ClaimLine[]): string[] {
  if (lines.length === 0) return ['This is not a JWT: it cannot be decoded.', ''];
  const nameWidth = Math.max(...lines.map(({ name }) => name.length));
  const row = ({ name, value, meaning }: ClaimLine): string => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `  ${name.padEnd(nameWidth)}  ${text}${meaning === '' ? '' : `  (${meaning})`}`;
  };
  return [
    'Header',
    ...lines.filter(({ part }) => part === 'header').map(row),
    'Claims',
    ...lines.filter(({ part }) => part === 'claim').map(row),
    '',
  ];
}

function describeVerdict(verdict: Verdict, url: string): string[] {
  if (verdict.ok) return [`Good: ${url} accepts this token, unless it was revoked.`];
  const { code, detail } = verdict.refusal;
  const { title, meaning, fix, operatorFix } = REASONS[code];
  return [
    `Refused: ${code} (${title})`,
    `  ${detail ?? meaning}`,
    `  For the client: ${fix}`,
    `  For the operator: ${operatorFix}`,
  ];
}

function report(found: {
  lines: readonly ClaimLine[];
  verdict: Verdict;
  url: string;
  environment: string;
}): object {
  const { lines, verdict, url, environment } = found;
  const part = (wanted: ClaimLine['part']): object =>
    Object.fromEntries(lines.filter((line) => line.part === wanted).map(({ name, value }) => [name, value]));
  const judged = verdict.ok
    ? { ok: true, token_expires_at: new Date(verdict.identity.expiresAtMs).toISOString() }
    : {
        ok: false,
        code: verdict.refusal.code,
        detail: verdict.refusal.detail,
        fix: REASONS[verdict.refusal.code].fix,
      };
  return { header: part('header'), claims: part('claim'), verdict: judged, url, environment };
}
