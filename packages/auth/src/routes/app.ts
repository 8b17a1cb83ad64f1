import { LIMITS } from '@netra/protocol';
import type { Environment, Logger } from '@netra/service';
import type { Verifier } from '@netra/token';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import type { JWK } from 'jose';
import type { Pool } from 'pg';
import type { ApiKeys } from '../api-keys/api-keys.ts';
import type { RefusedAttempts } from '../attempts/refused-attempts.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { UserAdmin } from '../directory/user-admin.ts';
import type { Users } from '../directory/users.ts';
import type { E2eUsers } from '../e2e/e2e-users.ts';
import type { IdentityLibrary } from '../identity/identity.ts';
import type { AccessTokens } from '../keys/access-tokens.ts';
import { JWKS_LIFETIME_MS } from '../keys/jwks-lifetime.ts';
import type { KeyKeeper } from '../keys/key-keeper.ts';
import type { AttemptLimits } from '../rate-limits/attempt-limits.ts';
import type { Revocations } from '../revocations/revocations.ts';
import type { ProofOptions } from '../service-credentials/proof.ts';
import { apiKeyRoutes } from './api-key-routes.ts';
import { e2eTokenRoute } from './e2e-token-route.ts';
import { addIdentityRoutes } from './identity-routes.ts';
import { createRefuse, type Refuse } from './refuse.ts';
import { addRequestChecks } from './request-checks.ts';
import { serviceRoutes } from './service-routes.ts';
import { serviceTokenRoute } from './service-token-route.ts';
import { createSignedIn } from './signed-in.ts';
import { tokenRoute } from './token-route.ts';
import { validateRoute } from './validate-route.ts';

export interface AppOptions {
  publicUrl: string;
  environment: Environment;
  pool: Pool;
  identity: IdentityLibrary;
  users: Users;
  userAdmin: UserAdmin;
  apiKeys: ApiKeys;
  e2eUsers: E2eUsers;
  e2eKey: string | undefined;
  revocations: Revocations;
  audit: AuditLog;
  attempts: RefusedAttempts;
  limits: AttemptLimits;
  tokens: AccessTokens;
  publicKeys: () => Promise<JWK[]>;
  keys: Pick<KeyKeeper, 'list'>;
  /** Of tokens of this service's own users. */
  verifier: Verifier;
  /** Of users' tokens, those of other trusted issuers among them. */
  anyIssuerVerifier: Verifier;
  /** Of services' tokens. */
  serviceVerifier: Verifier;
  proof: ProofOptions;
  trustedOrigins: () => readonly string[];
  isDatabaseUp: () => Promise<boolean>;
  now: () => number;
  log: Logger;
}

export function createApp(options: AppOptions): Hono {
  const { trustedOrigins, log } = options;
  const refuse = createRefuse(options);
  const isTrustedOrigin = (origin: string | null) => origin !== null && trustedOrigins().includes(origin);

  const app = new Hono();
  app.use('*', async (c, next) => {
    await next();
    if (!c.res.headers.has('cache-control')) c.res.headers.set('Cache-Control', 'no-store');
  });
  app.use(
    '*',
    cors({
      origin: (origin) => (isTrustedOrigin(origin) ? origin : null),
      credentials: true,
      allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
      allowHeaders: ['Authorization', 'Content-Type'],
      exposeHeaders: ['Netra-Attempt-Id', 'Retry-After', 'set-auth-token'],
      maxAge: 600,
    }),
  );
  app.use('*', bodyLimit({ maxSize: LIMITS.maxBodyBytes, onError: () => refuse('body_too_large') }));

  addRequestChecks(app, { refuse });

  addTokenRoutes(app, { ...options, refuse, isTrustedOrigin });
  addServiceRoutes(app, { ...options, refuse });
  addMetadata(app, { ...options, refuse });
  addIdentityRoutes(app, { ...options, refuse });

  app.notFound(() => refuse('route_unknown'));
  app.onError(async (error) => {
    const code = (await options.isDatabaseUp()) ? 'internal_error' : 'database_unavailable';
    log.error({ err: error, code }, 'a request to the auth service failed');
    return refuse(code);
  });
  return app;
}

interface RouteOptions extends AppOptions {
  refuse: Refuse;
}

function addTokenRoutes(
  app: Hono,
  options: RouteOptions & { isTrustedOrigin: (origin: string | null) => boolean },
): void {
  const { environment, refuse } = options;
  const signedIn = createSignedIn(options);
  const answerToken = tokenRoute({ ...options, signedIn });
  app.post('/auth/token', (c) => answerToken(c.req.raw));
  app.all('/auth/token', notAllowed(refuse, 'POST'));

  const answerValidate = validateRoute({ ...options, verifier: options.anyIssuerVerifier });
  app.on(['GET', 'POST'], '/auth/validate', (c) => answerValidate(c.req.raw));
  app.all('/auth/validate', notAllowed(refuse, 'GET', 'POST'));

  const keys = apiKeyRoutes({ ...options, signedIn });
  app.get('/auth/api-keys', (c) => keys.list(c.req.raw));
  app.post('/auth/api-keys', (c) => keys.create(c.req.raw));
  app.all('/auth/api-keys', notAllowed(refuse, 'GET', 'POST'));
  app.delete('/auth/api-keys/:id', (c) => keys.revoke(c.req.raw, c.req.param('id')));
  app.all('/auth/api-keys/:id', notAllowed(refuse, 'DELETE'));

  // In production the address does not exist, whatever is configured.
  if (environment === 'production') return;
  const answerE2e = e2eTokenRoute(options);
  app.post('/auth/e2e/token', (c) => answerE2e(c.req.raw));
  app.all('/auth/e2e/token', notAllowed(refuse, 'POST'));
}

function addServiceRoutes(app: Hono, options: RouteOptions): void {
  const { refuse } = options;
  const answerToken = serviceTokenRoute({ ...options, credentials: options.proof.credentials });
  app.post('/auth/service/token', (c) => answerToken(c.req.raw));
  app.all('/auth/service/token', notAllowed(refuse, 'POST'));

  const service = serviceRoutes(options);
  app.post('/auth/service/users', (c) => service.provision(c.req.raw));
  app.all('/auth/service/users', notAllowed(refuse, 'POST'));
  app.get('/auth/service/users/:id', (c) => service.user(c.req.raw, c.req.param('id')));
  app.all('/auth/service/users/:id', notAllowed(refuse, 'GET'));
  app.get('/auth/service/revocations', (c) => service.revocations(c.req.raw));
  app.all('/auth/service/revocations', notAllowed(refuse, 'GET'));
  app.get('/auth/service/keys', (c) => service.keys(c.req.raw));
  app.all('/auth/service/keys', notAllowed(refuse, 'GET'));
  app.get('/auth/service/attempts/:id', (c) => service.attempt(c.req.raw, c.req.param('id')));
  app.all('/auth/service/attempts/:id', notAllowed(refuse, 'GET'));
  app.post('/auth/service/proof', (c) => service.proof(c.req.raw));
  app.all('/auth/service/proof', notAllowed(refuse, 'POST'));
}

function addMetadata(app: Hono, { publicUrl, publicKeys, refuse }: RouteOptions): void {
  const headers = { 'Cache-Control': `public, max-age=${JWKS_LIFETIME_MS / 1000}` };
  app.get('/auth/jwks.json', async (c) => c.json({ keys: await publicKeys() }, 200, headers));
  app.all('/auth/jwks.json', notAllowed(refuse, 'GET'));
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
  app.all('/.well-known/oauth-authorization-server', notAllowed(refuse, 'GET'));
}

function notAllowed(refuse: Refuse, ...methods: string[]) {
  return () => refuse('method_not_allowed', { headers: { Allow: methods.join(', ') } });
}
