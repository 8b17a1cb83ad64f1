import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

const BLOCKED_MS = 1_000;

/** Something kept the one thread of the server busy, and everything waited. */
export const eventLoopBlocked: Rule = {
  rootCause: 'event_loop_blocked',
  title: 'The event loop was blocked',
  codes: [
    'handshake_deadline',
    'client_gone',
    'heartbeat_lost',
    'overloaded',
    'run_interrupted',
    'auth_unavailable',
  ],
  needs: 'The lag of the event loop around the time.',
  refutedBy: 'The lag was small.',
  prevention: 'Do long computing in a worker thread; alert on the event loop’s lag.',
  judge({ evidence: { event_loop } }) {
    if (event_loop === undefined) return unknown;
    const { max_lag_ms, p99_lag_ms, at } = event_loop;
    if (max_lag_ms < BLOCKED_MS)
      return ruledOut(`The event loop lagged by ${Math.round(max_lag_ms)} ms at most.`);
    return cause({
      confidence: max_lag_ms >= 2 * BLOCKED_MS ? 0.9 : 0.75,
      reason: 'The lag was measured; while it lasts nothing is answered.',
      whys: [
        why(
          'Why was nothing answered in time?',
          'The server could do nothing else for a while.',
          ...seen('event_loop.max_lag_ms', Math.round(max_lag_ms), `below ${BLOCKED_MS}`),
          ...seen('event_loop.at', at),
        ),
        why(
          'Why not?',
          'Its event loop was blocked: some code computed for long without giving way, or the machine had no processor time for it.',
          ...seen('event_loop.p99_lag_ms', p99_lag_ms),
        ),
      ],
      fix: {
        action:
          'Find what computes: a profile of the process, an agent or tool that works in the same thread, or too little CPU.',
        command: 'node --cpu-prof',
      },
    });
  },
};
