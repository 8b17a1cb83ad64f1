import { type Refusal, refusal } from '@netra/protocol';
import { type Algorithm, isAlgorithm } from './algorithms.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';
import { isPlainKid } from './verification-key.ts';

export type HeaderVerdict =
  | { ok: true; algorithm: Algorithm; kid: string | undefined }
  | { ok: false; refusal: Refusal };

/**
 * The checks of a header, before a key is looked for. `jku`, `x5u`, `jwk` and `x5c` are not looked at: a token never says
 * where its key comes from.
 */
export function checkHeader(
  header: Readonly<Record<string, unknown>>,
  { types, algorithms }: Pick<TrustedIssuer, 'types' | 'algorithms'>,
): HeaderVerdict {
  const { crit, alg, typ, kid } = header;
  if (crit !== undefined) return no('token_malformed', 'crit names an extension that is not understood');
  if (!isAlgorithm(alg)) return no('token_algorithm_refused');
  if (algorithms?.includes(alg) === false) return no('token_algorithm_refused');
  if (!isTypeOf(types, typ)) return no('token_type_wrong', `the header must say typ ${types.join(' or ')}`);
  if (kid !== undefined && !isPlainKid(kid)) return no('token_key_unknown', 'kid is not a plain id');
  return { ok: true, algorithm: alg, kid };
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
