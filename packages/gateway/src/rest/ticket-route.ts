import { LIMITS, refusal, type TicketResponse, ticketBodySchema } from '@netra/protocol';
import type { Context, Hono } from 'hono';
import { WEBSOCKET_PATH } from '../admission/ladder.ts';
import { readBody } from './read-body.ts';
import { refuse } from './refuse.ts';
import { beginRequestAttempt, judgeBearer, refuseAttempt } from './require-user.ts';
import type { RestEnv, RestOptions } from './rest-options.ts';
import { route } from './routes.ts';

type TicketRouteOptions = Pick<
  RestOptions,
  'authenticate' | 'attempts' | 'tickets' | 'origins' | 'liveSet' | 'isDraining' | 'publicUrl' | 'now'
>;

/**
 * `POST /v1/ws/ticket`: climbs the rungs that an upgrade would climb, so that a browser, which cannot read a refused
 * upgrade, is told here what it would have been refused for.
 */
export function ticketRoute(app: Hono<RestEnv>, options: TicketRouteOptions): void {
  const { publicUrl } = options;
  const wsUrl = webSocketUrl(publicUrl);
  route(app, '/v1/ws/ticket', { publicUrl, handlers: { POST: (c) => issueTicket(c, wsUrl, options) } });
}

async function issueTicket(
  c: Context<RestEnv>,
  wsUrl: string,
  options: TicketRouteOptions,
): Promise<Response> {
  const { authenticate, tickets, origins, liveSet, isDraining, publicUrl, now } = options;
  const attempt = beginRequestAttempt(c, now);
  const origin = c.req.header('origin');
  if (isDraining()) return refuseAttempt(attempt, refusal('draining', undefined, 2_000), options);
  if (origin !== undefined && !origins.isAllowed(origin)) {
    attempt.note({ facts: { allowed_origins: origins.list } });
    return refuseAttempt(attempt, refusal('origin_not_allowed'), options);
  }
  const judged = await judgeBearer(c, attempt, authenticate);
  if (!judged.ok) return refuseAttempt(attempt, judged.refusal, options);
  const { principal, token } = judged.value;
  const { identity } = principal;

  const body = await readBody(c.req.raw, ticketBodySchema);
  if (!body.ok) return refuse(body.refusal, { publicUrl });
  const previousTicket = body.value.previous_ticket;
  if (previousTicket !== undefined) {
    const previous = await tickets.previousRefusal({ ticket: previousTicket, userId: identity.userId });
    if (previous) return refuse(previous.refusal, { publicUrl, attemptId: previous.attemptId });
  }

  if (liveSet.countOf(identity.userId) >= LIMITS.maxConnectionsPerUser) {
    return refuseAttempt(attempt, refusal('connection_limit', undefined, 5_000), options);
  }
  const { ticket, expiresInMs } = await tickets.issue({ token, identity, origin });
  const response: TicketResponse = { ticket, expires_in_ms: expiresInMs, ws_url: wsUrl };
  return c.json(response, 201, { 'Cache-Control': 'no-store' });
}

/** Built on the public URL, never on the `Host` header. */
function webSocketUrl(publicUrl: string): string {
  const url = new URL(publicUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.pathname = WEBSOCKET_PATH;
  return url.href;
}
