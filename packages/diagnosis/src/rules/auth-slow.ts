import { LIMITS } from '@netra/protocol';
import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The steps that may wait for the auth service. */
const AUTH_STEPS: ReadonlySet<string> = new Set(['token', 'user_status']);
const SLOW_MS = 1_000;

/**
 * The auth service took so long that the handshake, or the client, gave up.
 * Needs the steps with their durations. Refuted when another step took the time.
 */
export const authSlow: Rule = {
  rootCause: 'auth_slow',
  codes: ['handshake_deadline', 'client_gone'],
  judge({ attempt: { code, steps } }) {
    const slowest = steps.toSorted((first, second) => second.duration_ms - first.duration_ms)[0];
    if (slowest === undefined) return unknown;
    if (!AUTH_STEPS.has(slowest.step)) return ruledOut(`Most of the time went into step ${slowest.step}.`);
    if (slowest.duration_ms < SLOW_MS)
      return ruledOut(`The auth service was waited for ${Math.round(slowest.duration_ms)} ms only.`);
    return cause({
      confidence: code === 'handshake_deadline' ? 0.9 : 0.75,
      whys: [
        why(
          'Why did it fail?',
          code === 'handshake_deadline'
            ? `The handshake did not end within ${LIMITS.handshakeDeadlineMs} ms.`
            : 'The client gave up before it was answered.',
        ),
        why(
          'What took the time?',
          `Step ${slowest.step}, which waits for the auth service.`,
          ...seen(`steps.${slowest.step}.duration_ms`, slowest.duration_ms, `below ${SLOW_MS}`),
        ),
      ],
      fix: {
        action:
          'Look at the auth service: its start, its database, the network between. Verified keys and users are cached, so this hurts the first of each.',
      },
    });
  },
};
