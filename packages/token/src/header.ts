import { type Refusal, refusal } from '@netra/protocol';
import { type Algorithm, isAlgorithm } from './algorithms.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';
import { isPlainKid } from './verification-key.ts';

/** What a header says, as far as it is the same for every issuer. */
export interface Header {
  readonly algorithm: Algorithm;
  readonly kid: string | undefined;
  readonly type: unknown;
}

export type HeaderVerdict = { ok: true; header: Header } | { ok: false; refusal: Refusal };

/**
 * The checks that hold for every issuer. `jku`, `x5u`, `jwk` and `x5c` are not looked at: a token never says where its key
 * comes from.
 */
export function readHeader({ crit, alg, typ, kid }: Readonly<Record<string, unknown>>): HeaderVerdict {
  if (crit !== undefined) return no('token_malformed', 'crit names an extension that is not understood');
  if (!isAlgorithm(alg)) return no('token_algorithm_refused');
  if (kid !== undefined && !isPlainKid(kid)) return no('token_key_unknown', 'kid is not a plain id');
  return { ok: true, header: { algorithm: alg, kid, type: typ } };
}

/** The checks by the profile of one issuer, before a key is looked for. */
export function headerRefusal(
  { algorithm, type }: Header,
  { types, algorithms }: Pick<TrustedIssuer, 'types' | 'algorithms'>,
): Refusal | undefined {
  if (algorithms?.includes(algorithm) === false) return refusal('token_algorithm_refused');
  if (!isTypeOf(types, type))
    return refusal('token_type_wrong', `the header must say typ ${types.join(' or ')}`);
  return undefined;
}

/** RFC 7515 §4.1.9: media types ignore case, and `application/` may be left out. */
function isTypeOf(types: readonly string[], typ: unknown): boolean {
  if (typ === undefined) return types.includes('');
  if (typeof typ !== 'string' || typ === '') return false;
  const name = typ.toLowerCase().replace(/^application\//, '');
  return types.some((type) => type.toLowerCase() === name);
}

function no(...args: Parameters<typeof refusal>): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: refusal(...args) };
}
