import { createHmac, timingSafeEqual } from 'node:crypto';

/** A secret that is set on this service, whether or not tokens are checked with it. */
export interface SecretCandidate {
  /** The name of its setting. */
  readonly source: string;
  readonly bytes: Uint8Array;
}

const MAX_CANDIDATES = 8;

/**
 * Which of the secrets would have verified a refused token, by name. This is evidence for operators and decides nothing.
 * Asked while the token is at hand, because it is not kept.
 */
export function signatureMatches(token: string, candidates: readonly SecretCandidate[]): string[] {
  const end = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  const signed = token.slice(0, Math.max(end, 0));
  return candidates
    .slice(0, MAX_CANDIDATES)
    .filter(({ bytes }) => {
      const expected = createHmac('sha256', bytes).update(signed).digest();
      return expected.length === signature.length && timingSafeEqual(expected, signature);
    })
    .map(({ source }) => source);
}
