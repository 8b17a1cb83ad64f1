import { LIMITS } from '@netra/protocol';
import type { NetworkSplit } from '../evidence.ts';
import {
  cause,
  type Judgement,
  parseTime,
  type Rule,
  type RuleInput,
  ruledOut,
  seen,
  unknown,
  why,
} from '../rule.ts';

/** The steps that may wait for the auth service. */
const AUTH_STEPS: ReadonlySet<string> = new Set(['token', 'user_status']);
const SLOW_MS = 900;
/** So many times its ordinary duration. */
const SLOW_FACTOR = 10;
const COLD_START_MS = 60_000;

/** The auth service took so long that the handshake, or the client, gave up. */
export const authSlow: Rule = {
  rootCause: 'auth_slow',
  title: 'The auth service is slow',
  codes: ['handshake_deadline', 'client_gone', 'auth_unavailable'],
  needs: 'The steps with their durations; baselines and a look at the auth service make it surer.',
  refutedBy: 'Another step took the time, or the wait was as long as on an ordinary day.',
  prevention:
    'Keep one instance of the auth service warm, and alert on the duration of the steps `token` and `user_status` by p95.',
  judge(input) {
    const { attempt, evidence } = input;
    const slow = slowStep(input);
    if ('verdict' in slow) return slow;
    if (evidence.auth?.reachable === false) return ruledOut('The auth service does not answer at all.');
    const { step, duration_ms, usualMs } = slow;
    const isBlocked = (evidence.event_loop?.max_lag_ms ?? 0) >= SLOW_MS;
    const isStillSlow = (evidence.auth?.latency_ms ?? 0) >= SLOW_MS / 2;
    return cause({
      confidence: isBlocked
        ? 0.6
        : isStillSlow
          ? 0.95
          : attempt.code === 'handshake_deadline'
            ? 0.88
            : usualMs !== undefined
              ? 0.85
              : 0.75,
      reason: isBlocked
        ? 'The event loop of this server was blocked as well, and then every wait is long.'
        : isStillSlow
          ? 'It is slow now as well.'
          : 'The step that waits for the auth service took nearly all of the time.',
      whys: [
        why(
          'Why was there no answer in time?',
          gaveUp(input),
          ...seen(`steps.${step}.duration_ms`, Math.round(duration_ms), `below ${SLOW_MS}`),
        ),
        why(
          'What took the time?',
          whatTook(slow),
          ...seen(`baselines.${step}.p95_ms`, usualMs),
          ...seen('auth.latency_ms', evidence.auth?.latency_ms, evidence.auth?.baseline_ms),
        ),
        why(
          'Why was the auth service slow?',
          reasonOf(input),
          ...shownNetwork(evidence.network),
          ...seen('auth.started_at', evidence.auth?.started_at),
        ),
        why(
          'Why does a connection wait for it at all?',
          'Keys and users are cached; only the first of each asks the auth service. So a slow one hurts most after a start.',
        ),
      ],
      fix: {
        action:
          'Look at the auth service: its start, its database, the network between. Authentication itself is not broken; longer time limits only hide it.',
        command:
          'curl -sS -o /dev/null -w "dns %{time_namelookup} tcp %{time_connect} tls %{time_appconnect} total %{time_total}\\n" "$NETRA_AUTH_URL/health/ready"',
      },
    });
  },
};

interface SlowStep {
  readonly step: string;
  readonly duration_ms: number;
  readonly usualMs?: number | undefined;
  /** The call was not made any more: earlier ones had run into their time limit. */
  readonly isBreaker?: boolean;
}

/** The step that waited too long for the auth service, or why there is none. */
function slowStep({
  attempt,
  facts: { dependency },
  evidence: { baselines, breaker, auth },
}: RuleInput): SlowStep | Judgement {
  const isLimit = (error: string | undefined) =>
    /circuit_timeout|timed? ?out|did not answer within|no answer in time/i.test(error ?? '');
  if (attempt.code === 'auth_unavailable' && !isLimit(dependency?.error)) {
    if (!isLimit(breaker?.first_error) || auth?.latency_ms === undefined) return unknown;
    if (auth.latency_ms < SLOW_MS / 2)
      return ruledOut(`The auth service answers within ${auth.latency_ms} ms.`);
    return { step: 'user_status', duration_ms: auth.latency_ms, isBreaker: true };
  }
  const slowest = attempt.steps.toSorted((first, second) => second.duration_ms - first.duration_ms)[0];
  if (slowest === undefined) return unknown;
  const { step, duration_ms } = slowest;
  if (!AUTH_STEPS.has(step)) return ruledOut(`Most of the time went into step ${step}.`);
  const usualMs = baselines?.find((baseline) => baseline.step === step)?.p95_ms;
  const isSlow =
    duration_ms >= SLOW_MS || (usualMs !== undefined && duration_ms >= Math.max(200, usualMs * SLOW_FACTOR));
  return isSlow
    ? { step, duration_ms, usualMs }
    : ruledOut(`The auth service was waited for ${Math.round(duration_ms)} ms only.`);
}

function whatTook({ step, duration_ms, usualMs, isBreaker }: SlowStep): string {
  if (isBreaker)
    return `Calls to the auth service ran into their time limit until the circuit breaker opened; one takes ${Math.round(duration_ms)} ms now.`;
  const usual = usualMs === undefined ? '' : `, where ${usualMs} ms is ordinary`;
  return `Step ${step} took ${Math.round(duration_ms)} ms of the handshake${usual}. It waits for the auth service; verifying itself takes about a millisecond.`;
}

function gaveUp({ attempt: { code, steps }, facts }: RuleInput): string {
  const totalMs = Math.round(steps.reduce((sum, { duration_ms }) => sum + duration_ms, 0));
  if (code === 'handshake_deadline')
    return `The handshake did not end within ${LIMITS.handshakeDeadlineMs} ms, and then the server answers.`;
  if (code === 'client_gone')
    return `The client gave up after ${totalMs} ms, before the server's own limit of ${LIMITS.handshakeDeadlineMs} ms.`;
  return `The call to the auth service ran into its time limit (${facts.dependency?.error ?? 'no answer'}).`;
}

function reasonOf({ evidence: { auth, network, event_loop }, atMs }: RuleInput): string {
  const startedAtMs = parseTime(auth?.started_at);
  if (startedAtMs !== undefined && atMs - startedAtMs < COLD_START_MS && atMs >= startedAtMs - COLD_START_MS)
    return 'It had just started: a cold start.';
  const part = slowestPart(network);
  if (part === 'http') return 'Name, connection and TLS are quick; the service itself takes the time.';
  if (part !== undefined) return `Most of the way to it goes into ${part.toUpperCase()}.`;
  if ((event_loop?.max_lag_ms ?? 0) >= SLOW_MS)
    return 'The event loop of this server was blocked at the time.';
  return 'A cold start, its database, or the network: the record does not tell them apart.';
}

function slowestPart(network: NetworkSplit | undefined): 'dns' | 'tcp' | 'tls' | 'http' | undefined {
  if (network === undefined) return undefined;
  const parts = (['dns', 'tcp', 'tls', 'http'] as const).map((part) => ({
    part,
    ms: network[`${part}_ms`] ?? 0,
  }));
  const slowest = parts.sort((first, second) => second.ms - first.ms)[0];
  return slowest !== undefined && slowest.ms >= SLOW_MS / 4 ? slowest.part : undefined;
}

function shownNetwork(network: NetworkSplit | undefined) {
  if (network === undefined) return [];
  const parts = (['dns', 'tcp', 'tls', 'http'] as const).flatMap((part) => {
    const ms = network[`${part}_ms`];
    return ms === undefined ? [] : [`${part.toUpperCase()} ${ms} ms`];
  });
  return seen(`way to ${network.host}`, parts.join(', '));
}
