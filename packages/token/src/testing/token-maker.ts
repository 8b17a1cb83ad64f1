import { CompactSign, exportJWK, generateKeyPair, type JWK } from 'jose';

export const NOW_MS = 1_900_000_000_000;
export const NOW_S = NOW_MS / 1000;
export const OWN_ISSUER = 'https://auth.example.com';

/** The claims of an honest token of the auth service. */
export const OWN_CLAIMS = {
  iss: OWN_ISSUER,
  aud: 'netra',
  sub: 'user-1',
  sid: 'session-1',
  jti: 'token-1',
  iat: NOW_S,
  exp: NOW_S + 600,
  env: 'staging',
  roles: ['user'],
  permissions: ['chat'],
};

type Header = Record<string, unknown>;

export interface TokenMaker {
  readonly publicJwk: JWK;
  /** Signs exactly this: tests need tokens that no honest library would make. */
  sign(payload: object | string | Uint8Array, header?: Header): Promise<string>;
}

/** A key of its own, with which it signs whatever it is told to. */
export async function createTokenMaker(alg = 'ES256', kid = 'key-1'): Promise<TokenMaker> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg },
    sign: (payload, header) =>
      new CompactSign(bytesOf(payload))
        .setProtectedHeader({ alg, typ: 'at+jwt', kid, ...header })
        .sign(privateKey),
  };
}

/** HS256 by a shared secret, as a product that embeds Netra does; no `kid` unless the header has one. */
export function signWithSecret(payload: object, secret: Uint8Array, header: Header = {}): Promise<string> {
  return new CompactSign(bytesOf(payload))
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header })
    .sign(secret);
}

function bytesOf(payload: object | string | Uint8Array): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  return new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload));
}
