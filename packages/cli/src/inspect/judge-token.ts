import { AppError } from '@netra/service';
import {
  createVerifier,
  ownIssuer,
  remoteKeys,
  sharedSecretKeys,
  type TrustedIssuer,
  type Verdict,
} from '@netra/token';
import { decodeToken } from './decode-token.ts';

export interface JudgeOptions {
  /** Base address of a running server, e.g. `http://localhost:8080`. */
  url: string;
  environment: string;
  fetch: (request: Request) => Promise<Response>;
  now: () => number;
  /** Asked for only for a token of this installation that HS256 signs. Throws where there is none. */
  sharedSecret: () => Uint8Array;
  /** Issuers that the server trusts besides its own. */
  issuers: readonly TrustedIssuer[];
}

/** Longest wait for the server's metadata. */
const METADATA_TIMEOUT_MS = 5_000;

/**
 * The verdict of the server's own verifier, with the public keys and the issuer that a running server publishes.
 * Not asked: the server's own memory (revoked tokens, deactivated users).
 *
 * @throws {AppError} `server_unreachable` when there is no verdict because nobody answers.
 */
export async function judgeToken(token: string, options: JudgeOptions): Promise<Verdict> {
  const { url, environment, fetch, now, sharedSecret, issuers } = options;
  const issuer = await readIssuer(url, fetch);
  const decoded = decodeToken(token);
  // It is in no key set.
  const isShared = decoded?.header.alg === 'HS256' && decoded.claims.iss === issuer;
  const keys = isShared
    ? sharedSecretKeys({ secret: sharedSecret() })
    : remoteKeys({ jwksUrl: `${url}/auth/jwks.json`, fetch, now });
  const own = ownIssuer({ issuer, keys, audience: 'netra' });
  const verdict = await createVerifier({ issuers: [own, ...issuers], environment, now }).verify(token);
  if (!verdict.ok && verdict.refusal.code === 'keys_unavailable')
    throw unreachable(url, verdict.refusal.detail);
  return verdict;
}

async function readIssuer(url: string, fetch: JudgeOptions['fetch']): Promise<string> {
  const request = new Request(`${url}/.well-known/oauth-authorization-server`, {
    signal: AbortSignal.timeout(METADATA_TIMEOUT_MS),
  });
  const response = await fetch(request).catch((cause: unknown) => {
    throw unreachable(url, undefined, cause);
  });
  const metadata: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('issuer' in metadata))
    throw unreachable(
      url,
      `no metadata there (HTTP ${response.status}); where auth and gateway run apart, give the address of the auth service`,
    );
  return String(metadata.issuer);
}

function unreachable(url: string, detail?: string, cause?: unknown): AppError {
  return new AppError('server_unreachable', `No Netra answers at ${url}${detail ? `: ${detail}` : ''}.`, {
    fix: 'Give the address of a running server: netra token inspect <jwt> --url http://localhost:8080',
    cause,
  });
}
