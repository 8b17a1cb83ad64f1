import type { IncomingMessage } from 'node:http';
import { countOfHeader, type Refusal, refusal } from '@netra/protocol';
import { type MaybePromise, whenKnown } from '@netra/token';
import type { Attempt, StepResult } from '../attempts/attempt.ts';
import { isDatabaseOutage } from '../database-outage.ts';
import type { Tickets } from '../tickets/tickets.ts';
import type { AddressGate, Sender } from './address-gate.ts';
import type { Authenticate, Principal } from './authenticate.ts';
import { clientFacts } from './client-facts.ts';
import { type Credential, findCredential, readSubprotocols } from './credential.ts';
import type { Origins } from './origins.ts';

export const WEBSOCKET_PATH = '/ws';
/** By then another node, or the next start, takes over. */
export const DRAINING_RETRY_MS = 2_000;
/** For the database to tell what a ticket is worth: below the handshake's 3 s, so that it is named as what was slow. */
const TICKET_TIMEOUT_MS = 2_000;
/** RFC 6455 §4.1: 16 bytes in base64. */
const WEBSOCKET_KEY_PATTERN = /^[+/0-9A-Za-z]{22}==$/;

export interface LadderOptions {
  isDraining: () => boolean;
  /** Other upgrades that are being judged, and how many may be at a time. */
  pending: { count: () => number; max: number };
  addressGate: AddressGate;
  origins: Origins;
  tickets: Tickets;
  authenticate: Authenticate;
}

/**
 * Everything that is judged before `101` and may take time, in order, each rung named and timed; what waits for nobody is
 * judged at once: after `enter`,
 *
 *   upgrade_headers → origin → subprotocol → credential → (ticket →) token → user_status → permission
 *
 * The connection limit comes after, in one tick with the upgrade, so that no two can pass it at once.
 */
export function climb(
  request: IncomingMessage,
  attempt: Attempt,
  options: LadderOptions,
): MaybePromise<StepResult<Principal>> {
  const { origins, tickets, authenticate } = options;
  const { headers } = request;

  const upgrade = attempt.stepNow('upgrade_headers', () => checkUpgradeHeaders(request, attempt));
  if (!upgrade.ok) return upgrade;

  const origin = attempt.stepNow('origin', () => checkOrigin(request, origins, attempt));
  if (!origin.ok) return origin;

  const subprotocols = attempt.stepNow('subprotocol', () =>
    readSubprotocols(headers['sec-websocket-protocol']),
  );
  if (!subprotocols.ok) return subprotocols;

  const credential = attempt.stepNow('credential', () =>
    findCredential({
      url: request.url ?? '/',
      headers,
      authorizationCount: countOfHeader(request.rawHeaders, 'authorization'),
      subprotocols: subprotocols.value,
    }),
  );
  if (!credential.ok) return credential;
  const { carrier } = credential.value;
  attempt.note(() => ({ client: clientFacts((name) => headerOf(request, name), carrier) }));

  return whenKnown(tokenOf(credential.value, headers.origin, attempt, tickets), (token) =>
    token.ok ? authenticate(token.value, attempt) : token,
  );
}

/** The first rungs, which cost nothing to be refused on: path → draining → address_rate → capacity. */
export function enter(
  request: IncomingMessage,
  attempt: Attempt,
  { isDraining, addressGate, pending }: Pick<LadderOptions, 'isDraining' | 'addressGate' | 'pending'>,
): StepResult<void> {
  const path = attempt.stepNow('path', () =>
    check(pathOf(request) === WEBSOCKET_PATH, refusal('route_unknown')),
  );
  if (!path.ok) return path;

  const draining = attempt.stepNow('draining', () =>
    check(!isDraining(), refusal('draining', undefined, DRAINING_RETRY_MS)),
  );
  if (!draining.ok) return draining;

  const rate = addressGate.check(senderOf(request), attempt, 'handshake');
  if (!rate.ok) return rate;

  return attempt.stepNow('capacity', () => checkCapacity(pending, attempt));
}

export function senderOf(request: IncomingMessage): Sender {
  return {
    remoteAddress: request.socket.remoteAddress,
    header: (name) => headerOf(request, name),
  };
}

/** One header's value; several lines of one name as Node joins them. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function checkCapacity({ count, max }: LadderOptions['pending'], attempt: Attempt): StepResult<void> {
  const observed = count();
  if (observed < max) return { ok: true, value: undefined };
  attempt.note({ facts: { limit: { name: 'pending_handshakes', limit: max, observed, per: 'node' } } });
  return { ok: false, refusal: refusal('rate_limited', 'Too many handshakes at once.', 1_000) };
}

function tokenOf(
  credential: Credential,
  origin: string | undefined,
  attempt: Attempt,
  tickets: Tickets,
): MaybePromise<StepResult<string>> {
  if (credential.carrier !== 'subprotocol_ticket') return { ok: true, value: credential.token };
  return attempt.step('ticket', async () => {
    const redeeming = tickets.redeem({ ticket: credential.ticket, origin });
    const redeemed = await redeemedInTime(redeeming);
    if (typeof redeemed === 'string') {
      attempt.note({ facts: { dependency: { name: 'database', error: redeemed } } });
      return { ok: false, refusal: refusal('database_unavailable') };
    }
    if (redeemed.userId !== undefined) attempt.note({ userId: redeemed.userId });
    return redeemed.ok ? { ok: true, value: redeemed.token } : redeemed;
  });
}

/** What became of a ticket, or in words why the database did not say. What is no outage is a defect, and thrown. */
async function redeemedInTime<Redeemed>(redeeming: Promise<Redeemed>): Promise<Redeemed | string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer in time'), TICKET_TIMEOUT_MS);
  });
  const outage = redeeming.catch((cause: unknown) => {
    if (!isDatabaseOutage(cause)) throw cause;
    return 'cannot be reached';
  });
  try {
    return await Promise.race([outage, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** At least as strict as `ws`, so that `ws` never answers a handshake in words of its own. */
function checkUpgradeHeaders(request: IncomingMessage, attempt: Attempt): StepResult<void> {
  const { headers, method } = request;
  const key = headers['sec-websocket-key'];
  attempt.note(() => ({ facts: { upgrade: upgradeFacts(request) } }));
  if (headers.upgrade?.toLowerCase() !== 'websocket')
    return { ok: false, refusal: refusal('upgrade_missing') };
  if (method !== 'GET') {
    return { ok: false, refusal: refusal('method_not_allowed', 'An upgrade to WebSocket is a GET.') };
  }
  if (headers['sec-websocket-version'] !== '13') {
    return { ok: false, refusal: refusal('upgrade_missing', 'Sec-WebSocket-Version must be 13.') };
  }
  if (key === undefined || !WEBSOCKET_KEY_PATTERN.test(key)) {
    return {
      ok: false,
      refusal: refusal('request_malformed', 'Sec-WebSocket-Key must be 16 bytes in base64.'),
    };
  }
  return { ok: true, value: undefined };
}

export function isProxied({ headers }: IncomingMessage): boolean {
  if (headers.via !== undefined) return true;
  for (const name in headers) if (name.startsWith('x-forwarded-')) return true;
  return false;
}

function upgradeFacts(request: IncomingMessage) {
  const { headers, method } = request;
  return {
    has_websocket_key: headers['sec-websocket-key'] !== undefined,
    has_subprotocol: headers['sec-websocket-protocol'] !== undefined,
    has_authorization: headers.authorization !== undefined,
    is_proxied: isProxied(request),
    ...(method === undefined ? {} : { method }),
    ...(headers.connection === undefined ? {} : { connection: headers.connection.slice(0, 100) }),
    ...(headers.upgrade === undefined ? {} : { upgrade: headers.upgrade.slice(0, 100) }),
  };
}

function checkOrigin(request: IncomingMessage, origins: Origins, attempt: Attempt): StepResult<void> {
  const origin = request.headers.origin;
  const count = countOfHeader(request.rawHeaders, 'origin');
  if (count === 0 || (count === 1 && origin !== undefined && origins.isAllowed(origin))) {
    return { ok: true, value: undefined };
  }
  attempt.note({ facts: { allowed_origins: origins.list } });
  return { ok: false, refusal: refusal('origin_not_allowed') };
}

/** Some proxies send the whole URL (RFC 9112 §3.2.2). One of another host than `Host` names is no path of ours. */
function pathOf({ url = '/', headers }: IncomingMessage): string {
  if (url === WEBSOCKET_PATH) return url;
  const [, host, rest] = /^https?:\/\/([^/?]*)(.*)$/i.exec(url) ?? [];
  const target = host !== undefined && host === headers.host ? rest : url;
  return target?.split('?', 1)[0] ?? '/';
}

function check(isFine: boolean, refused: Refusal): StepResult<void> {
  return isFine ? { ok: true, value: undefined } : { ok: false, refusal: refused };
}
