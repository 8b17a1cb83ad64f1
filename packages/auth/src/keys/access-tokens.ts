import { randomBytes } from 'node:crypto';
import { LIMITS, type Permission, permissionsOf, type Role } from '@netra/protocol';
import { SignJWT } from 'jose';
import type { TokenSigner } from './key-ring.ts';

export const USER_AUDIENCE = 'netra';
/** Tokens of services are useless where users' are expected, and the other way round. */
export const SERVICE_AUDIENCE = 'netra-service';

interface IssuedToken {
  token: string;
  expiresInS: number;
  expiresAtMs: number;
}

export interface TokenUser {
  userId: string;
  /** Of the session, API key or E2E sign-in that the token comes from. */
  sessionId: string;
  roles: readonly Role[];
  /** Default: those of the roles. An API key may have fewer. */
  permissions?: readonly Permission[];
  /** `e2e` marks the token as that of a test user. */
  kind?: 'user' | 'e2e';
}

export interface AccessTokens {
  forUser(user: TokenUser): Promise<IssuedToken>;
  forService(service: { serviceId: string; credentialId: string }): Promise<IssuedToken>;
}

export interface AccessTokensOptions {
  signer: () => Promise<TokenSigner>;
  issuer: string;
  environment: string;
  now: () => number;
  /** Tokens of this user that were issued before it are revoked. */
  notBeforeMs: (userId: string) => number;
}

/** Signs access tokens with the claims of PROTOCOL §5. */
export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  const { signer, issuer, environment, now, notBeforeMs } = options;

  async function sign(
    audience: string,
    claims: { sub: string; sid: string; roles: readonly Role[]; permissions: readonly Permission[] },
  ): Promise<IssuedToken> {
    // `iat` has whole seconds. Rounded down, a token made right after a change of roles would seem to be from before it.
    const issuedAtS = Math.max(Math.floor(now() / 1000), Math.ceil(notBeforeMs(claims.sub) / 1000));
    const expiresAtS = Math.floor((now() + LIMITS.accessTokenLifeMs) / 1000);
    const { header, key } = await signer();
    const token = await new SignJWT({ ...claims, env: environment })
      .setProtectedHeader({ ...header, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setJti(randomBytes(16).toString('base64url'))
      .setIssuedAt(issuedAtS)
      .setExpirationTime(expiresAtS)
      .sign(key);
    return { token, expiresInS: LIMITS.accessTokenLifeMs / 1000, expiresAtMs: expiresAtS * 1000 };
  }

  return {
    forUser({ userId, sessionId, roles, permissions = permissionsOf(roles), kind = 'user' }) {
      const mark = kind === 'user' ? {} : { token_kind: kind };
      return sign(USER_AUDIENCE, { sub: userId, sid: sessionId, roles, permissions, ...mark });
    },
    // A service has no session of its own: its credential stands in, so that revoking that one ends its tokens.
    forService: ({ serviceId, credentialId }) =>
      sign(SERVICE_AUDIENCE, { sub: serviceId, sid: credentialId, roles: [], permissions: [] }),
  };
}
