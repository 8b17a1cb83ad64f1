import { randomBytes } from 'node:crypto';
import { LIMITS, permissionsOf, type Role } from '@netra/protocol';
import { SignJWT } from 'jose';
import type { SigningKeys } from './signing-keys.ts';

export const USER_AUDIENCE = 'netra';
/** Tokens of services are useless where users' are expected, and the other way round. */
export const SERVICE_AUDIENCE = 'netra-service';

interface IssuedToken {
  token: string;
  expiresInS: number;
  expiresAtMs: number;
}

export interface AccessTokens {
  forUser(user: { userId: string; sessionId: string; roles: readonly Role[] }): Promise<IssuedToken>;
  forService(serviceId: string): Promise<IssuedToken>;
}

export interface AccessTokensOptions {
  keys: SigningKeys;
  issuer: string;
  environment: string;
  now: () => number;
}

/** Signs access tokens with the claims of PROTOCOL §5. */
export function createAccessTokens({ keys, issuer, environment, now }: AccessTokensOptions): AccessTokens {
  async function sign(
    audience: string,
    claims: { sub: string; sid: string; roles: readonly Role[] },
  ): Promise<IssuedToken> {
    const issuedAtS = Math.floor(now() / 1000);
    const expiresInS = LIMITS.accessTokenLifeMs / 1000;
    const payload = { ...claims, env: environment, permissions: permissionsOf(claims.roles) };
    const token = await new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: keys.kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setJti(randomBytes(16).toString('base64url'))
      .setIssuedAt(issuedAtS)
      .setExpirationTime(issuedAtS + expiresInS)
      .sign(keys.privateKey);
    return { token, expiresInS, expiresAtMs: (issuedAtS + expiresInS) * 1000 };
  }

  return {
    forUser: ({ userId, sessionId, roles }) => sign(USER_AUDIENCE, { sub: userId, sid: sessionId, roles }),
    // A service has no session of its own; its id stands in, so that one verifier serves both.
    forService: (serviceId) => sign(SERVICE_AUDIENCE, { sub: serviceId, sid: serviceId, roles: [] }),
  };
}
