import { LIMITS, type Refusal, refusal } from '@netra/protocol';
import { type Algorithm, isAlgorithm, isPlainKid } from './algorithms.ts';
import { parseStrictObject } from './strict-json.ts';

/** A token whose form is right and whose header is acceptable. Nothing in it is proven yet. */
interface ParsedToken {
  readonly algorithm: Algorithm;
  readonly kid: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

export type Parsed = { ok: true; token: ParsedToken } | { ok: false; refusal: Refusal };

const no = (...args: Parameters<typeof refusal>) => ({ ok: false, refusal: refusal(...args) }) as const;

/**
 * Every check that needs no key, before any cryptography: size, three parts, canonical base64url, strict JSON, header.
 * `jku`, `x5u`, `jwk` and `x5c` are not looked at: a token never says where its key comes from.
 */
export function parseCompact(token: string): Parsed {
  if (token.length > LIMITS.maxTokenBytes) {
    return no('token_too_large', `more than ${LIMITS.maxTokenBytes} bytes`);
  }
  const parts = token.split('.');
  const [head, body, signature] = parts;
  if (parts.length !== 3 || head === undefined || body === undefined || signature === undefined) {
    return no('token_malformed', `${parts.length} parts instead of 3`);
  }
  const headBytes = decodeCanonical(head);
  const bodyBytes = decodeCanonical(body);
  if (!headBytes || !bodyBytes || !decodeCanonical(signature)) {
    return no('token_malformed', 'not canonical base64url');
  }
  const header = parseStrictObject(headBytes);
  if (!header.ok) return no('token_malformed', `header: ${header.fault}`);
  const claims = parseStrictObject(bodyBytes);
  if (!claims.ok) return no('token_malformed', `claims: ${claims.fault}`);
  return checkHeader(header.value, claims.value);
}

function checkHeader(header: Record<string, unknown>, claims: Record<string, unknown>): Parsed {
  if (header.crit !== undefined)
    return no('token_malformed', 'crit names an extension that is not understood');
  if (!isAlgorithm(header.alg)) return no('token_algorithm_refused');
  if (!isAccessTokenType(header.typ)) return no('token_type_wrong', 'the header must say typ at+jwt');
  if (!isPlainKid(header.kid)) return no('token_key_unknown', 'kid is missing or not a plain id');
  return { ok: true, token: { algorithm: header.alg, kid: header.kid, claims } };
}

/** RFC 9068 §4: `at+jwt`, with or without `application/`; media types ignore case. */
function isAccessTokenType(typ: unknown): boolean {
  return typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ);
}

/** One byte sequence has one spelling: no padding, no white space, no stray bits at the end. */
function decodeCanonical(part: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(part)) return undefined;
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}
