import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OidcProvider } from '@netra/service';
import Provider from 'oidc-provider';

export interface OidcPerson {
  sub: string;
  email: string;
  email_verified: boolean;
  name: string;
}

export interface OidcServer {
  /** As `SIGN_IN_PROVIDERS` describes it. */
  provider: OidcProvider;
  /** What the provider was asked at its authorization address. */
  authorizations: URLSearchParams[];
  /** Follows the authorization address as the browser of that person; answers with the callback's address. */
  signIn(authorizationUrl: string, person: OidcPerson): Promise<URL>;
  stop(): Promise<void>;
}

const CLIENT = { client_id: 'netra', client_secret: 'the secret of this client, of tests only' };

/** A real OpenID Connect provider on localhost, which insists on PKCE. */
export async function startOidcServer(callbackUrl: string): Promise<OidcServer> {
  const people = new Map<string, OidcPerson>();
  const authorizations: URLSearchParams[] = [];
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // `address()` of a TCP server that listens.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        ...CLIENT,
        redirect_uris: [callbackUrl],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['a key of tests only'] },
    // Said, because the provider writes a line for each that is not.
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ ...people.get(sub), sub }) }),
  });
  let current = '';
  const callback = provider.callback();
  server.on('request', (request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/auth') authorizations.push(url.searchParams);
    if (!url.pathname.startsWith('/interaction/')) {
      void callback(request, response);
      return;
    }
    // Whoever signs in here is the person of the test, and consents.
    void (async () => {
      const { params, grantId } = await provider.interactionDetails(request, response);
      const grant = grantId
        ? await provider.Grant.find(grantId)
        : new provider.Grant({ accountId: current, clientId: String(params.client_id) });
      grant?.addOIDCScope(String(params.scope));
      const consent = { grantId: await grant?.save() };
      const result = { login: { accountId: current }, consent };
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    })();
  });

  return {
    authorizations,
    provider: {
      id: 'corp',
      name: 'Corp',
      ...CLIENT,
      authorization_url: `${issuer}/auth`,
      token_url: `${issuer}/token`,
      user_info_url: `${issuer}/me`,
      scopes: ['openid', 'email', 'profile'],
    },
    async signIn(authorizationUrl, person) {
      people.set(person.sub, person);
      current = person.sub;
      return followTo(callbackUrl, authorizationUrl);
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Follows redirects with cookies, as a browser would, until one leads to `target`. */
async function followTo(target: string, start: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  for (let hop = 0; hop < 10; hop += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null)
      throw new Error(`${url.pathname} answered ${response.status}: ${await response.text()}`);
    url = new URL(location, url);
    if (url.href.startsWith(target)) return url;
  }
  throw new Error('too many redirects');
}
