import { refusal } from '@netra/protocol';
import type { HealthCheck } from '@netra/service';
import { Hono } from 'hono';
import { DRAINING_RETRY_MS, WEBSOCKET_PATH } from './admission/ladder.ts';
import { UPGRADE_HEADERS } from './admission/refuse-socket.ts';
import { exceptionFacts } from './attempts/exception-facts.ts';
import { isDatabaseOutage } from './database-outage.ts';
import { type ExplainRouteOptions, explainRoute } from './explain/explain-route.ts';
import { incidentsRoute } from './explain/incidents-route.ts';
import { type OpsRouteOptions, opsRoutes } from './ops/ops-routes.ts';
import { type AttemptRouteOptions, attemptRoute } from './rest/attempt-route.ts';
import { cors } from './rest/cors.ts';
import { limitChanges } from './rest/limit-changes.ts';
import { refuse } from './rest/refuse.ts';
import { beginRequestAttempt, refuseAttempt, requireUser, senderOf } from './rest/require-user.ts';
import type { RestEnv, RestOptions } from './rest/rest-options.ts';
import { route } from './rest/routes.ts';
import { runRoutes } from './rest/run-routes.ts';
import { threadRoutes } from './rest/thread-routes.ts';
import { ticketRoute } from './rest/ticket-route.ts';
import { healthRoutes } from './site/health-routes.ts';
import { reasonRoutes } from './site/reason-routes.ts';
import { type WebAppOptions, webAppRoutes } from './site/web-app.ts';

export interface AppOptions extends RestOptions, OpsRouteOptions {
  authClient: AttemptRouteOptions['authClient'];
  checks: () => Promise<HealthCheck[]>;
  explanations: Pick<ExplainRouteOptions, 'findSubject' | 'probes' | 'incidents' | 'environment' | 'version'>;
  /** Absent: no web app. */
  webApp: Pick<WebAppOptions, 'webRoot' | 'connectOrigins'> | undefined;
}

/** Everything that the gateway answers over plain HTTP. */
export async function createApp(options: AppOptions): Promise<Hono<RestEnv>> {
  const { origins, publicUrl, agents, webApp, log } = options;
  const app = new Hono<RestEnv>();

  app.use(async (c, next) => {
    await next();
    c.res.headers.set('X-Content-Type-Options', 'nosniff');
    c.res.headers.set('Referrer-Policy', 'no-referrer');
  });
  app.use(cors(origins));
  app.notFound(() => refuse(refusal('route_unknown'), { publicUrl }));
  app.onError((error, c) => {
    const attempt = beginRequestAttempt(c, options.now);
    const isOutage = isDatabaseOutage(error);
    if (isOutage) attempt.note({ facts: { dependency: { name: 'database' } } });
    else attempt.note({ facts: { exception: exceptionFacts(error, options.release) } });
    log.error({ err: error, attempt_id: attempt.id, method: c.req.method }, 'a request failed');
    return refuseAttempt(c, attempt, refusal(isOutage ? 'database_unavailable' : 'internal_error'), options);
  });

  healthRoutes(app, options);
  reasonRoutes(app, options);
  plainWebSocketRoute(app, options);
  ticketRoute(app, options);
  attemptRoute(app, options);
  app.use('/v1/*', requireUser(options));
  app.use('/v1/*', limitChanges({ ...options, userOf: (c) => c.get('context').userId }));
  route(app, '/v1/agents', { publicUrl, handlers: { GET: (c) => c.json({ items: agents }) } });
  threadRoutes(app, options);
  runRoutes(app, options);
  opsRoutes(app, options);
  explainRoute(app, { ...options, ...options.explanations });
  incidentsRoute(app, { incidents: options.explanations.incidents, publicUrl });
  if (webApp) await webAppRoutes(app, { ...webApp, publicUrl, log });
  return app;
}

/** A request for `/ws` that is no upgrade: what a proxy without upgrade settings makes of a handshake. */
function plainWebSocketRoute(app: Hono<RestEnv>, options: AppOptions): void {
  route(app, WEBSOCKET_PATH, {
    publicUrl: options.publicUrl,
    handlers: {
      async GET(c) {
        const attempt = beginRequestAttempt(c, options.now);
        if (options.isDraining())
          return refuseAttempt(c, attempt, refusal('draining', undefined, DRAINING_RETRY_MS), options);
        const isProxied = ['via', 'x-forwarded-for', 'x-forwarded-proto'].some((name) => c.req.header(name));
        attempt.note({ facts: { upgrade: { method: c.req.method, is_proxied: isProxied } } });
        const rate = options.addressGate.check(senderOf(c), attempt, 'handshake');
        if (!rate.ok) return refuseAttempt(c, attempt, rate.refusal, options);
        const refused = refusal('upgrade_missing');
        attempt.stepNow('upgrade_headers', () => ({ ok: false, refusal: refused }));
        const { attempts, addressGate, publicUrl } = options;
        const isTest = c.req.header('x-client-type') === 'test';
        attempts.handshakes.record(refused.code, attempt.end(refused.code), isTest);
        if (attempts.mayKeep(addressGate.keyOf(senderOf(c)), refused.code))
          attempts.record(attempt.finish(refused));
        return refuse(refused, { publicUrl, attemptId: attempt.id, headers: { ...UPGRADE_HEADERS } });
      },
    },
  });
}
