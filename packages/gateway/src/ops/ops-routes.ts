import { type Permission, refusal } from '@netra/protocol';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { AddressGate } from '../admission/address-gate.ts';
import type { Attempts } from '../attempts/attempts.ts';
import { refuse } from '../rest/refuse.ts';
import { beginRequestAttempt, refuseAttempt } from '../rest/require-user.ts';
import type { RestEnv } from '../rest/rest-options.ts';
import { answer, parameter, readInteger, route } from '../rest/routes.ts';
import { asOpsAttempt, listAttempts, listRefusals } from './ops-attempts.ts';
import type { OpsConnections } from './ops-connections.ts';
import { readKeys } from './ops-keys.ts';
import { readStatus, type StatusOptions } from './ops-status.ts';

export interface OpsRouteOptions extends Omit<StatusOptions, 'handshakes'> {
  attempts: Attempts;
  addressGate: AddressGate;
  opsConnections: OpsConnections;
  keys: Parameters<typeof readKeys>[0];
  publicUrl: string;
}

const NO_STORE = { 'Cache-Control': 'no-store' };

/** `/v1/ops/*`: what operators see and do. Mounted behind `requireUser`. */
export function opsRoutes(app: Hono<RestEnv>, options: OpsRouteOptions): void {
  const { attempts, opsConnections, publicUrl } = options;
  app.use('/v1/ops/*', requireOperator(options));
  const get = (path: string, GET: (c: Context<RestEnv>) => Promise<Response>): void =>
    route(app, path, { publicUrl, handlers: { GET } });

  get('/v1/ops/status', async (c) => {
    const status = await readStatus({ ...options, handshakes: attempts.handshakes });
    return c.json(status, 200, NO_STORE);
  });
  get('/v1/ops/keys', async (c) => c.json(await readKeys(options.keys), 200, NO_STORE));
  get('/v1/ops/attempts', async (c) => answer(c, await listAttempts(c, attempts), { publicUrl }));
  get('/v1/ops/refusals', async (c) => answer(c, await listRefusals(c, options), { publicUrl }));
  get('/v1/ops/attempts/:attemptId', async (c) => {
    const found = await attempts.find(parameter(c, 'attemptId'));
    return found
      ? c.json(asOpsAttempt(found), 200, NO_STORE)
      : refuse(refusal('attempt_unknown'), { publicUrl });
  });
  get('/v1/ops/connections', async (c) => {
    const limit = readInteger(c, 'limit');
    if (!limit.ok) return refuse(limit.refusal, { publicUrl });
    const page = opsConnections.list({ userId: c.req.query('user_id'), limit: limit.value });
    return c.json(page, 200, NO_STORE);
  });
  route(app, '/v1/ops/connections/:connectionId', {
    publicUrl,
    handlers: {
      DELETE(c) {
        const outcome = opsConnections.close(parameter(c, 'connectionId'), c.get('context').userId);
        return c.body(null, outcome === 'closed' ? 204 : 202);
      },
    },
  });
}

/** `ops:read` to look, `ops:write` to change something. */
function requireOperator(
  options: Pick<OpsRouteOptions, 'attempts' | 'addressGate' | 'publicUrl' | 'now'>,
): MiddlewareHandler<RestEnv> {
  return async (c, next) => {
    const isLook = c.req.method === 'GET' || c.req.method === 'HEAD';
    const needed: Permission = isLook ? 'ops:read' : 'ops:write';
    const { permissions, userId } = c.get('context');
    if (permissions.includes(needed)) return next();
    const attempt = beginRequestAttempt(c, options.now);
    attempt.note({ userId });
    const refused = refusal('permission_missing', `The permission \`${needed}\` is missing.`);
    attempt.stepNow('permission', () => ({ ok: false, refusal: refused }));
    return refuseAttempt(c, attempt, refused, options);
  };
}
