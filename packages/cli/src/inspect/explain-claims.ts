import type { DecodedToken } from './decode-token.ts';

export interface ClaimLine {
  readonly part: 'header' | 'claim';
  readonly name: string;
  readonly value: unknown;
  /** What the claim is for, with times in words; empty for a claim that Netra does not read. */
  readonly meaning: string;
}

const HEADER_MEANINGS: Readonly<Record<string, string>> = {
  typ: 'kind of token',
  alg: 'how it is signed',
  kid: 'the key it is signed with',
};

const CLAIM_MEANINGS: Readonly<Record<string, string>> = {
  iss: 'who issued it',
  aud: 'whom it is for',
  sub: 'the user',
  sid: 'the session',
  jti: 'this token, for revocation',
  iat: 'issued',
  nbf: 'valid from',
  exp: 'expires',
  env: 'the environment it is good in',
  roles: 'roles',
  permissions: 'permissions',
};

const TIME_CLAIMS = new Set(['iat', 'nbf', 'exp']);

/** One line per header field and claim, in the token's own order. */
export function explainClaims(token: DecodedToken, nowMs: number): ClaimLine[] {
  const header = Object.entries(token.header).map(
    ([name, value]): ClaimLine => ({ part: 'header', name, value, meaning: HEADER_MEANINGS[name] ?? '' }),
  );
  const claims = Object.entries(token.claims).map(
    ([name, value]): ClaimLine => ({ part: 'claim', name, value, meaning: claimMeaning(name, value, nowMs) }),
  );
  return [...header, ...claims];
}

function claimMeaning(name: string, value: unknown, nowMs: number): string {
  const meaning = CLAIM_MEANINGS[name] ?? '';
  if (!TIME_CLAIMS.has(name) || typeof value !== 'number') return meaning;
  const atMs = value * 1000;
  // Beyond ±8.64e15 ms a Date has no text; such a token is for the verifier to refuse.
  if (!Number.isFinite(atMs) || Math.abs(atMs) > 8.64e15) return meaning;
  return `${meaning} ${new Date(atMs).toISOString()}, ${relative(atMs - nowMs)}`;
}

function relative(differenceMs: number): string {
  const seconds = Math.round(Math.abs(differenceMs) / 1000);
  const text = duration(seconds);
  return differenceMs < 0 ? `${text} ago` : `in ${text}`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
