import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** How the tokens for one audience look. */
export interface TokenShape {
  readonly algorithm: 'RS256' | 'ES256';
  /** Header `typ`. */
  readonly type: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A real OpenID Connect provider on localhost that gives programs access tokens, each shaped by its audience. */
export interface TokenProvider {
  readonly issuer: string;
  /** A new token for that audience. */
  token(audience: string): Promise<string>;
  stop(): Promise<void>;
}

const CLIENT = { client_id: 'product', client_secret: 'the secret of this client, of tests only' };

export async function startTokenProvider(
  shapes: Readonly<Record<string, TokenShape>>,
): Promise<TokenProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // `address()` of a TCP server that listens.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const shapeOf = (audience: unknown): TokenShape => {
    const shape = shapes[String(audience)];
    if (shape === undefined) throw new Error(`no shape for the audience ${String(audience)}`);
    return shape;
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        ...CLIENT,
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [newKey('RS256'), newKey('ES256')] },
    cookies: { keys: ['a key of tests only'] },
    ttl: { ClientCredentials: 600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, audience) => ({
          scope: 'netra',
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: shapeOf(audience).algorithm } },
        }),
      },
    },
    formats: {
      customizers: {
        jwt(_context, token, jwt) {
          const { type, claims } = shapeOf(token.aud);
          jwt.header = { ...jwt.header, typ: type };
          jwt.payload = { ...jwt.payload, ...claims };
        },
      },
    },
  });
  const callback = provider.callback();
  server.on('request', (request, response) => void callback(request, response));

  return {
    issuer,
    async token(audience) {
      const body = new URLSearchParams({
        ...CLIENT,
        grant_type: 'client_credentials',
        scope: 'netra',
        resource: audience,
      });
      const response = await fetch(`${issuer}/token`, { method: 'POST', body });
      const answer = (await response.json()) as { access_token?: string };
      if (answer.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answer)}`);
      return answer.access_token;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function newKey(alg: TokenShape['algorithm']) {
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: `provider-${alg}` };
}
