import { type HealthCheck, readinessOf } from '@netra/service';
import type { Hono } from 'hono';
import type { RestEnv } from '../rest/rest-options.ts';
import { route } from '../rest/routes.ts';

/** `live` says that the event loop turns; `ready` that requests would be answered well; `startup` that it came up. */
export function healthRoutes(
  app: Hono<RestEnv>,
  { checks, publicUrl }: { checks: () => Promise<HealthCheck[]>; publicUrl: string },
): void {
  route(app, '/health/live', {
    publicUrl,
    handlers: { GET: (c) => c.json({ status: 'ok' }, 200, NO_STORE) },
  });
  route(app, '/health/startup', {
    publicUrl,
    handlers: { GET: (c) => c.json({ status: 'ok' }, 200, NO_STORE) },
  });
  route(app, '/health/ready', {
    publicUrl,
    handlers: {
      async GET(c) {
        const found = await checks();
        const { status, httpStatus } = readinessOf(found);
        const lines = found.map(({ name, ok, isDegraded, code, durationMs }) => ({
          name,
          ok,
          ...(isDegraded && { degraded: true }),
          ...(code !== undefined && { code }),
          duration_ms: durationMs,
        }));
        return c.json({ status, checks: lines }, httpStatus, NO_STORE);
      },
    },
  });
}

const NO_STORE = { 'Cache-Control': 'no-store' };
