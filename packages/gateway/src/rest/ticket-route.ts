import { refusal, type TicketResponse, ticketBodySchema } from '@netra/protocol';
import type { Context, Hono } from 'hono';
import { checkConnectionLimit } from '../admission/connection-limit.ts';
import { DRAINING_RETRY_MS, WEBSOCKET_PATH } from '../admission/ladder.ts';
import type { Attempt, StepResult } from '../attempts/attempt.ts';
import { readBody } from './read-body.ts';
import { refuse } from './refuse.ts';
import { beginRequestAttempt, judgeBearer, refuseAttempt, senderOf } from './require-user.ts';
import type { RestEnv, RestOptions } from './rest-options.ts';
import { route } from './routes.ts';

const PASSED: StepResult<void> = { ok: true, value: undefined };

type TicketRouteOptions = Pick<
  RestOptions,
  | 'authenticate'
  | 'attempts'
  | 'tickets'
  | 'origins'
  | 'places'
  | 'addressGate'
  | 'isDraining'
  | 'publicUrl'
  | 'now'
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
  const { authenticate, tickets, places, publicUrl, now } = options;
  const attempt = beginRequestAttempt(c, now);
  const origin = c.req.header('origin');
  const entered = checkEntry(c, attempt, options);
  if (!entered.ok) return refuseAttempt(c, attempt, entered.refusal, options);
  const judged = await judgeBearer(c, attempt, authenticate);
  if (!judged.ok) return refuseAttempt(c, attempt, judged.refusal, options);
  const { identity } = judged.value.principal;

  const body = await readBody(c.req.raw, ticketBodySchema);
  if (!body.ok) return refuse(body.refusal, { publicUrl });
  const previousTicket = body.value.previous_ticket;
  if (previousTicket !== undefined) {
    const previous = await tickets.previousRefusal({ ticket: previousTicket, userId: identity.userId });
    if (previous) return refuse(previous.refusal, { publicUrl, attemptId: previous.attemptId });
  }

  // A forecast: the upgrade takes the place, or not.
  const place = checkConnectionLimit(attempt, identity.userId, places);
  if (!place.ok) return refuseAttempt(c, attempt, place.refusal, options);
  const { ticket, expiresInMs } = await tickets.issue({ token: judged.value.token, identity, origin });
  const response: TicketResponse = {
    ticket,
    expires_in_ms: expiresInMs,
    ws_url: wsUrl,
    user_id: identity.userId,
    session_id: identity.sessionId,
    roles: [...identity.roles],
    permissions: [...identity.permissions],
    token_expires_at: new Date(identity.expiresAtMs).toISOString(),
  };
  return c.json(response, 201, { 'Cache-Control': 'no-store' });
}

/** Steps `draining`, `address_rate` and `origin`. */
function checkEntry(
  c: Context<RestEnv>,
  attempt: Attempt,
  { isDraining, addressGate, origins }: TicketRouteOptions,
): StepResult<void> {
  const origin = c.req.header('origin');
  const draining = attempt.stepNow('draining', () =>
    isDraining() ? { ok: false, refusal: refusal('draining', undefined, DRAINING_RETRY_MS) } : PASSED,
  );
  if (!draining.ok) return draining;
  const rate = addressGate.check(senderOf(c), attempt, 'ticket');
  if (!rate.ok) return rate;
  return attempt.stepNow('origin', () => {
    if (origin === undefined || origins.isAllowed(origin)) return PASSED;
    attempt.note({ facts: { allowed_origins: origins.list } });
    return { ok: false, refusal: refusal('origin_not_allowed') };
  });
}

/** Built on the public URL, never on the `Host` header. */
function webSocketUrl(publicUrl: string): string {
  const url = new URL(publicUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.pathname = WEBSOCKET_PATH;
  return url.href;
}
