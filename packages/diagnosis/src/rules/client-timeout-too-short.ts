import { LIMITS } from '@netra/protocol';
import type { AttemptRecord } from '../attempt.ts';
import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** Nobody who waits for less than this had a time limit in mind. */
const DELIBERATE_MS = 500;
/** Ends of one time limit lie this close together. */
const SAME_SHARE = 0.15;

/** The client's own time limit ran out while the server was still at work. */
export const clientTimeoutTooShort: Rule = {
  rootCause: 'client_timeout_too_short',
  title: 'The client’s time limit is too short',
  codes: ['client_gone'],
  needs: 'The steps; other clients that left after the same time make it surer.',
  refutedBy: 'The client left almost at once, and others did not leave after the same time.',
  prevention: `Give the handshake at least 5 s in clients and tests: the server answers within ${LIMITS.handshakeDeadlineMs} ms, whatever happens.`,
  judge({ attempt, connection, evidence }) {
    if (connection !== undefined || attempt.steps.length === 0) return unknown;
    const totalMs = durationOf(attempt);
    const alike = (evidence.nearby_attempts ?? []).filter(
      (other) =>
        other.code === 'client_gone' &&
        other.attempt_id !== attempt.attempt_id &&
        Math.abs(durationOf(other) - totalMs) <= totalMs * SAME_SHARE,
    ).length;
    if (totalMs < DELIBERATE_MS && alike < 2)
      return ruledOut(`The client left after ${totalMs} ms, sooner than any sensible time limit.`);
    const step = attempt.steps.find(({ outcome }) => outcome === 'client_gone');
    return cause({
      confidence: alike >= 2 ? (totalMs < LIMITS.handshakeDeadlineMs / 2 ? 0.86 : 0.72) : 0.5,
      reason:
        alike >= 2
          ? `${alike} others left after nearly the same time: that is a limit, not chance.`
          : 'One client that left does not tell a limit from impatience.',
      whys: [
        why(
          'Why did the handshake end without an answer?',
          `The client left after ${totalMs} ms.`,
          ...seen('sum of steps', `${totalMs} ms`, `up to ${LIMITS.handshakeDeadlineMs} ms`),
        ),
        why(
          'Why did it leave?',
          alike >= 2
            ? `Its own time limit ran out: it is near ${totalMs} ms.`
            : 'Probably its own time limit for the handshake ran out, or that of a proxy in between.',
          ...seen('others that left after the same time', alike > 0 ? alike : undefined),
        ),
        why(
          'Why was it not answered by then?',
          `Step ${step?.step ?? 'unknown'} was under way.`,
          ...seen('step under way', step && `${step.step} after ${step.duration_ms} ms`),
        ),
      ],
      fix: { action: 'Give the handshake at least 5 s in the client, and mend the step that was slow.' },
    });
  },
};

function durationOf({ steps }: AttemptRecord): number {
  return Math.round(steps.reduce((sum, { duration_ms }) => sum + duration_ms, 0));
}
