import { tokenResponseSchema } from '@netra/protocol';
import { createVerifier, ownIssuer, remoteKeys, type Verifier } from '@netra/token';
import type { AuthService } from '../service.ts';
import { call, ORIGIN, SERVICE } from './auth-kit.ts';

/** An access token for a session token or an API key. */
export async function accessTokenOf(auth: AuthService, bearer: string): Promise<string> {
  const response = await call(auth, '/auth/token', { method: 'POST', bearer });
  if (response.status !== 200)
    throw new Error(`/auth/token answered ${response.status}: ${await response.text()}`);
  return tokenResponseSchema.parse(await response.json()).access_token;
}

export async function serviceTokenOf(auth: AuthService, credential = SERVICE): Promise<string> {
  const body = { client_id: credential.serviceId, client_secret: credential.serviceSecret };
  const response = await call(auth, '/auth/service/token', { body });
  const answer: unknown = await response.json();
  if (typeof answer === 'object' && answer !== null && 'access_token' in answer)
    return String(answer.access_token);
  throw new Error(`/auth/service/token answered ${response.status}`);
}

/** A verifier as a gateway has it: it knows no more than the published key set. */
export function remoteVerifier(auth: AuthService, now: () => number, environment = 'development'): Verifier {
  const keys = remoteKeys({
    jwksUrl: `${ORIGIN}/auth/jwks.json`,
    fetch: (request) => auth.fetch(request),
    now,
  });
  return createVerifier({
    issuers: [ownIssuer({ issuer: ORIGIN, keys, audience: 'netra' })],
    environment,
    now,
  });
}
