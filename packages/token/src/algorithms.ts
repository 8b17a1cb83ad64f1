import { constants } from 'node:crypto';

/** How a signature of each algorithm is checked (RFC 7518 §3, RFC 8037). Nothing else is ever used. */
interface AlgorithmRule {
  readonly kty: 'oct' | 'RSA' | 'EC' | 'OKP';
  readonly crv?: string;
  /** Name of the digest for `node:crypto`; null where the algorithm has its own. */
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null;
  readonly padding?: number;
  /** Length of every signature in bytes; RSA's is that of its modulus. */
  readonly signatureBytes?: number;
}

const { RSA_PKCS1_PADDING: pkcs1, RSA_PKCS1_PSS_PADDING: pss } = constants;

export const ALGORITHMS = {
  ES256: { kty: 'EC', crv: 'P-256', digest: 'sha256', signatureBytes: 64 },
  ES384: { kty: 'EC', crv: 'P-384', digest: 'sha384', signatureBytes: 96 },
  ES512: { kty: 'EC', crv: 'P-521', digest: 'sha512', signatureBytes: 132 },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', digest: null, signatureBytes: 64 },
  RS256: { kty: 'RSA', digest: 'sha256', padding: pkcs1 },
  RS384: { kty: 'RSA', digest: 'sha384', padding: pkcs1 },
  RS512: { kty: 'RSA', digest: 'sha512', padding: pkcs1 },
  PS256: { kty: 'RSA', digest: 'sha256', padding: pss },
  PS384: { kty: 'RSA', digest: 'sha384', padding: pss },
  PS512: { kty: 'RSA', digest: 'sha512', padding: pss },
  HS256: { kty: 'oct', digest: 'sha256', signatureBytes: 32 },
} as const satisfies Record<string, AlgorithmRule>;

export type Algorithm = keyof typeof ALGORITHMS;

export function isAlgorithm(name: unknown): name is Algorithm {
  return typeof name === 'string' && Object.hasOwn(ALGORITHMS, name);
}

/** Widened: so that a rule can be asked for what only some have. */
export function ruleOf(algorithm: Algorithm): AlgorithmRule {
  return ALGORITHMS[algorithm];
}
