import { type Refusal, refusal } from '@netra/protocol';
import { parseStrictObject } from './strict-json.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** A token whose form is right. Nothing in it is proven yet. */
export interface CompactToken {
  readonly header: JsonObject;
  readonly payload: Uint8Array;
  /** The text that the signature is over. */
  readonly signed: string;
  readonly signature: Uint8Array;
}

export type Split = { ok: true; token: CompactToken } | { ok: false; refusal: Refusal };
export type ParsedClaims = { ok: true; claims: JsonObject } | { ok: false; refusal: Refusal };

/** The form, as far as it needs no claims: three parts, canonical base64url, strict JSON in the header. */
export function splitCompact(token: string): Split {
  const parts = token.split('.');
  const [head, body, tail] = parts;
  if (parts.length !== 3 || head === undefined || body === undefined || tail === undefined) {
    return no('token_malformed', `${parts.length === 1 ? '1 part' : `${parts.length} parts`} instead of 3`);
  }
  const headBytes = decodeCanonical(head);
  const payload = decodeCanonical(body);
  const signature = decodeCanonical(tail);
  if (!headBytes || !payload || !signature) return no('token_malformed', 'not canonical base64url');
  const header = parseStrictObject(headBytes);
  if (!header.ok) return no('token_malformed', `header: ${header.fault}`);
  const signed = token.slice(0, head.length + 1 + body.length);
  return { ok: true, token: { header: header.value, payload, signed, signature } };
}

export function parseClaims({ payload }: CompactToken): ParsedClaims {
  const claims = parseStrictObject(payload);
  return claims.ok ? { ok: true, claims: claims.value } : no('token_malformed', `claims: ${claims.fault}`);
}

function no(...args: Parameters<typeof refusal>): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: refusal(...args) };
}

/** One byte sequence has one spelling: no padding, no white space, no stray bits at the end. */
function decodeCanonical(part: string): Uint8Array | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}
