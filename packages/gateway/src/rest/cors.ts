import type { MiddlewareHandler } from 'hono';
import type { Origins } from '../admission/origins.ts';
import type { RestEnv } from './rest-options.ts';

const ALLOWED_METHODS = 'GET, POST, PATCH, DELETE';
const ALLOWED_HEADERS = 'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-Client-Type';
const PREFLIGHT_MAX_AGE_S = 600;

/** CORS for allowed origins, on refusals too: a page must be able to read why. Without credentials: no cookie counts here. */
export function cors(origins: Origins): MiddlewareHandler<RestEnv> {
  return async (c, next) => {
    const origin = c.req.header('origin');
    const isPreflight =
      c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined;
    if (!isPreflight) await next();
    else c.res = new Response(null, { status: 204 });
    for (const [name, value] of Object.entries(origins.corsHeaders(origin))) c.res.headers.set(name, value);
    if (!isPreflight || origin === undefined || !origins.isAllowed(origin)) return;
    c.res.headers.set('Access-Control-Allow-Methods', ALLOWED_METHODS);
    c.res.headers.set('Access-Control-Allow-Headers', ALLOWED_HEADERS);
    c.res.headers.set('Access-Control-Max-Age', String(PREFLIGHT_MAX_AGE_S));
  };
}
