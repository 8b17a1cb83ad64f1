import type { TrustedIssuerSetting } from '@netra/service';
import {
  foreignIssuer,
  type KeySource,
  oidcKeys,
  remoteKeys,
  sharedSecretKeys,
  type TrustedIssuer,
} from '@netra/token';

export interface IssuerTools {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly log: { warn(fields: object, message: string): void };
}

/** The profiles of `TRUSTED_ISSUERS`. Keys are fetched when the first token asks for them. */
export function composeTrustedIssuers(
  settings: readonly TrustedIssuerSetting[],
  tools: IssuerTools,
): TrustedIssuer[] {
  return settings.map((setting) => {
    const { issuer, audience, types, claims, roles, provisioning, environment } = setting;
    return foreignIssuer({
      issuer,
      audience,
      keys: keysOf(setting, tools),
      ...(types && { types }),
      ...(claims && { claims: claimMapOf(claims) }),
      ...(roles && { roles: roleRuleOf(roles) }),
      ...(provisioning && { provisioning }),
      ...(environment && { environment }),
    });
  });
}

function keysOf(
  { issuer, secret, secrets, jwks_url: jwksUrl }: TrustedIssuerSetting,
  tools: IssuerTools,
): KeySource {
  if (secret !== undefined) return sharedSecretKeys({ secret: Buffer.from(secret) });
  const [first, ...more] = secrets ?? [];
  if (first !== undefined) return sharedSecretKeys([sharedSecretOf(first), ...more.map(sharedSecretOf)]);
  return jwksUrl === undefined ? oidcKeys({ issuer, ...tools }) : remoteKeys({ jwksUrl, ...tools });
}

function sharedSecretOf({ kid, secret }: { kid: string; secret: string }) {
  return { kid, secret: Buffer.from(secret) };
}

function claimMapOf(claims: NonNullable<TrustedIssuerSetting['claims']>) {
  const { user_id: userId, session_id: sessionId, token_id: tokenId, permissions, email, name } = claims;
  return {
    ...(userId && { userId }),
    ...(sessionId && { sessionId }),
    ...(tokenId && { tokenId }),
    ...(permissions && { permissions }),
    ...(email && { email }),
    ...(name && { name }),
  };
}

function roleRuleOf({ claim, map, fallback }: NonNullable<TrustedIssuerSetting['roles']>) {
  return { map, ...(claim && { claim }), ...(fallback && { fallback }) };
}
