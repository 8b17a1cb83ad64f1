import type { IncomingMessage } from 'node:http';
import { LIMITS } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { Verifier } from '@netra/token';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import type { JWK } from 'jose';
import type { Users } from '../directory/users.ts';
import type { IdentityLibrary } from '../identity/identity.ts';
import type { AccessTokens } from '../keys/access-tokens.ts';
import { identityRoute } from './identity-route.ts';
import { createRefuse } from './refuse.ts';
import { directoryRoute, serviceTokenRoute } from './service-routes.ts';
import { tokenRoute } from './token-route.ts';
import { validateRoute } from './validate-route.ts';

export interface AppOptions {
  publicUrl: string;
  identity: IdentityLibrary;
  users: Users;
  tokens: AccessTokens;
  publicKeys: readonly JWK[];
  /** Of users' tokens. */
  verifier: Verifier;
  /** Of services' tokens. */
  serviceVerifier: Verifier;
  serviceId: string;
  serviceSecret: string;
  trustedOrigins: () => readonly string[];
  isDatabaseUp: () => Promise<boolean>;
  log: Logger;
}

/** Verifiers ask again after this time: it bounds how long a withdrawn key is used. */
const JWKS_MAX_AGE_S = 300;

type Env = { Bindings: { incoming?: IncomingMessage } };

export function createApp(options: AppOptions): Hono<Env> {
  const { publicUrl, identity, users, tokens, verifier, serviceVerifier, trustedOrigins, log } = options;
  const refuse = createRefuse({ publicUrl, log });
  const isTrustedOrigin = (origin: string | null) => origin !== null && trustedOrigins().includes(origin);
  const answerToken = tokenRoute({ identity, tokens, isTrustedOrigin, refuse });
  const answerValidate = validateRoute({ verifier, users, refuse });
  const answerServiceToken = serviceTokenRoute({ ...options, refuse });
  const answerDirectory = directoryRoute({ verifier: serviceVerifier, users, refuse });
  const answerIdentity = identityRoute({ identity, users, refuse });
  const notAllowed =
    (...methods: string[]) =>
    () =>
      refuse('method_not_allowed', { headers: { Allow: methods.join(', ') } });

  const app = new Hono<Env>();
  app.use('*', async (c, next) => {
    await next();
    if (!c.res.headers.has('cache-control')) c.res.headers.set('Cache-Control', 'no-store');
  });
  app.use(
    '*',
    cors({
      origin: (origin) => (isTrustedOrigin(origin) ? origin : null),
      credentials: true,
      allowMethods: ['GET', 'POST'],
      allowHeaders: ['Authorization', 'Content-Type'],
      exposeHeaders: ['Netra-Attempt-Id', 'Retry-After', 'set-auth-token'],
      maxAge: 600,
    }),
  );
  app.use('*', bodyLimit({ maxSize: LIMITS.maxBodyBytes, onError: () => refuse('body_too_large') }));

  app.post('/auth/token', (c) => answerToken(c.req.raw));
  app.all('/auth/token', notAllowed('POST'));
  app.on(['GET', 'POST'], '/auth/validate', (c) => answerValidate(c.req.raw));
  app.all('/auth/validate', notAllowed('GET', 'POST'));
  app.post('/auth/service/token', (c) => answerServiceToken(c.req.raw));
  app.all('/auth/service/token', notAllowed('POST'));
  app.get('/auth/service/users/:id', (c) => answerDirectory(c.req.raw, c.req.param('id')));
  app.all('/auth/service/users/:id', notAllowed('GET'));
  addMetadata(app, options);
  app.all('/auth/jwks.json', notAllowed('GET'));
  app.all('/.well-known/oauth-authorization-server', notAllowed('GET'));
  app.all('/auth/*', (c) => answerIdentity(c.req.raw, c.env.incoming?.socket.remoteAddress));

  app.notFound(() => refuse('route_unknown'));
  app.onError(async (error) => {
    const code = (await options.isDatabaseUp()) ? 'internal_error' : 'database_unavailable';
    log.error({ err: error, code }, 'a request to the auth service failed');
    return refuse(code);
  });
  return app;
}

function addMetadata(app: Hono<Env>, { publicUrl, publicKeys }: AppOptions): void {
  const headers = { 'Cache-Control': `public, max-age=${JWKS_MAX_AGE_S}` };
  app.get('/auth/jwks.json', (c) => c.json({ keys: publicKeys }, 200, headers));
  // RFC 8414
  app.get('/.well-known/oauth-authorization-server', (c) =>
    c.json(
      {
        issuer: publicUrl,
        jwks_uri: `${publicUrl}/auth/jwks.json`,
        token_endpoint: `${publicUrl}/auth/service/token`,
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
        grant_types_supported: ['client_credentials'],
        response_types_supported: [],
      },
      200,
      headers,
    ),
  );
}
