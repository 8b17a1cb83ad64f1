import type { JWK } from 'jose';
import type { VerificationKey } from './key-source.ts';
import { verificationKeyOf } from './verification-key.ts';

/** `source`: the JWK as text, by which the same key is known again. */
export type KeysById = ReadonlyMap<
  string | undefined,
  { readonly key: VerificationKey; readonly source: string }
>;

/**
 * The usable keys of a set by their ids. An id that occurs twice is ambiguous and stands for no key. A key that `previous`
 * had already stays the same object, so that verdicts which were made with it stand.
 */
export function keysById(jwks: readonly JWK[], previous: KeysById = new Map()): KeysById {
  const ids = jwks.map(({ kid }) => kid);
  const entries = jwks.flatMap((jwk) => {
    if (ids.indexOf(jwk.kid) !== ids.lastIndexOf(jwk.kid)) return [];
    const source = JSON.stringify(jwk);
    const known = previous.get(jwk.kid);
    if (known?.source === source) return [[jwk.kid, known] as const];
    const key = verificationKeyOf(jwk);
    return key === undefined ? [] : [[jwk.kid, { key, source }] as const];
  });
  return new Map(entries);
}
