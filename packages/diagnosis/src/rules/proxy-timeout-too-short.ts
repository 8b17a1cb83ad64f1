import { LIMITS } from '@netra/protocol';
import { cause, type Rule, type RuleInput, ruledOut, seen, unknown, why } from '../rule.ts';

/** Ends of one time limit lie this close together. */
const SAME_SHARE = 0.1;
/** What proxies cut at when nobody set anything else. */
const COMMON_LIMITS_MS = [10_000, 15_000, 20_000, 30_000, 60_000, 75_000, 100_000, 120_000, 350_000, 600_000];

/** A proxy cuts connections, or handshakes, before they are over. */
export const proxyTimeoutTooShort: Rule = {
  rootCause: 'proxy_timeout_too_short',
  title: 'A proxy’s time limit is too short',
  codes: ['client_gone', 'heartbeat_lost'],
  needs: 'How long it lasted or was silent, and the limit of the proxy, measured or by how others ended.',
  refutedBy: 'No proxy stands between, or it waits longer.',
  prevention: `Set the proxy's read timeout well above the heartbeat of ${LIMITS.heartbeatMs / 1000} s, and measure it with \`netra doctor <url> idle_timeout\`.`,
  judge(input) {
    return input.connection === undefined ? judgeHandshake(input) : judgeConnection(input);
  },
};

function judgeHandshake({ attempt: { steps }, facts, evidence: { proxy } }: RuleInput) {
  const limitMs = proxy?.handshake_timeout_ms;
  const isProxied = facts.upgrade?.is_proxied;
  if (isProxied === false) return ruledOut('No proxy left a trace in the headers.');
  if (limitMs === undefined || steps.length === 0) return unknown;
  const totalMs = Math.round(steps.reduce((sum, { duration_ms }) => sum + duration_ms, 0));
  if (!isNear(totalMs, limitMs))
    return ruledOut(`The proxy waits ${limitMs} ms, and the handshake ended after ${totalMs} ms.`);
  return cause({
    confidence: 0.9,
    reason: 'The handshake ended just when the limit of the proxy runs out.',
    whys: [
      why(
        'Why did the handshake end?',
        `It was cut after ${totalMs} ms.`,
        ...seen('sum of steps', `${totalMs} ms`),
      ),
      why(
        'Why then?',
        `The proxy waits ${limitMs} ms for an answer and then hangs up.`,
        ...seen('proxy.handshake_timeout_ms', limitMs, `over ${LIMITS.handshakeDeadlineMs}`),
      ),
      why(
        'Why was there no answer by then?',
        `The server may take ${LIMITS.handshakeDeadlineMs} ms, and its limit should run out first: then it says why.`,
      ),
    ],
    fix: {
      action: `Set the limit of the proxy above ${LIMITS.handshakeDeadlineMs} ms, and mend the step that was slow.`,
    },
  });
}

function judgeConnection({ connection, facts, evidence: { proxy, nearby_closes } }: RuleInput) {
  if (connection === undefined) return unknown;
  const { silence_ms, age_ms, ended_by } = connection;
  if (ended_by !== 'network' && connection.code === 'client_gone')
    return ruledOut('The client closed the connection itself.');
  const idleMs = proxy?.idle_timeout_ms;
  if (idleMs !== undefined && !isNear(silence_ms, idleMs))
    return ruledOut(`The proxy waits ${idleMs} ms, and the connection was silent for ${silence_ms} ms.`);
  const alike = (nearby_closes ?? []).filter((other) => isNear(other.age_ms, age_ms)).length;
  const common = COMMON_LIMITS_MS.find(
    (limit) => isNear(age_ms, limit, 0.03) || isNear(silence_ms, limit, 0.03),
  );
  const isMeasured = idleMs !== undefined;
  if (!isMeasured && alike < 3 && common === undefined) return unknown;
  if (facts.upgrade?.is_proxied === false && !isMeasured)
    return ruledOut('No proxy left a trace in the headers.');
  const limitMs = idleMs ?? common ?? age_ms;
  return cause({
    confidence: isMeasured ? 0.95 : alike >= 3 && common !== undefined ? 0.85 : alike >= 3 ? 0.75 : 0.5,
    reason: isMeasured
      ? 'The limit of the proxy was measured, and the silence was as long.'
      : alike >= 3
        ? `${alike} other connections ended at the same age.`
        : 'It ended at an age at which many proxies cut.',
    whys: [
      why(
        'Why was there no close frame?',
        'Neither side ended the connection: something between cut it.',
        ...seen('connection.ended_by', ended_by),
        ...seen('connection.age_ms', age_ms),
        ...seen('connection.silence_ms', silence_ms),
      ),
      why(
        'Why did it cut it?',
        `It cuts after about ${Math.round(limitMs / 1000)} s.`,
        ...seen('proxy.idle_timeout_ms', idleMs, `over ${LIMITS.heartbeatMs}`),
        ...seen('others that ended at this age', alike > 0 ? alike : undefined),
      ),
      why(
        'Why so soon?',
        `The limit is that of ordinary requests; a WebSocket is quiet for up to ${LIMITS.heartbeatMs / 1000} s between heartbeats, and lives up to an hour.`,
        ...seen('proxy.name', proxy?.name),
      ),
    ],
    fix: {
      action:
        'Raise the limit for `/ws`. nginx: `proxy_read_timeout 3600s; proxy_send_timeout 3600s;`. The SDK resumes without a gap meanwhile.',
      command: 'netra doctor "$NETRA_PUBLIC_URL" idle_timeout',
    },
  });
}

function isNear(observed: number, limit: number, share = SAME_SHARE): boolean {
  return Math.abs(observed - limit) <= limit * share;
}
