import type { Incident } from '@netra/diagnosis';
import { refusal } from '@netra/protocol';
import type { Hono } from 'hono';
import { refuse } from '../rest/refuse.ts';
import type { RestEnv } from '../rest/rest-options.ts';
import { readInteger, route } from '../rest/routes.ts';
import { causeName } from './cause-name.ts';
import type { Incidents } from './incidents.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** `GET /v1/ops/incidents?since=&limit=`, newest first. Mounted behind `opsRoutes`, which asks for `ops:read`. */
export function incidentsRoute(
  app: Hono<RestEnv>,
  { incidents, publicUrl }: { incidents: Pick<Incidents, 'list'>; publicUrl: string },
): void {
  route(app, '/v1/ops/incidents', {
    publicUrl,
    handlers: {
      async GET(c) {
        const limit = readInteger(c, 'limit');
        if (!limit.ok) return refuse(limit.refusal, { publicUrl });
        const since = c.req.query('since');
        if (since !== undefined && Number.isNaN(Date.parse(since)))
          return refuse(refusal('request_malformed', '`since` must be a time.'), { publicUrl });
        const items: readonly Incident[] = await incidents.list({
          ...(since !== undefined && { since: new Date(since).toISOString() }),
          limit: Math.min(limit.value ?? DEFAULT_LIMIT, MAX_LIMIT),
        });
        const named = items.map((incident) => ({ ...incident, title: causeName(incident.root_cause).title }));
        return c.json({ items: named }, 200, { 'Cache-Control': 'no-store' });
      },
    },
  });
}
