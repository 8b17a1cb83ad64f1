import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** Nobody who waits for less than this had a time limit in mind. */
const DELIBERATE_MS = 500;

/**
 * The client's own time limit ran out while the server was still at work.
 * Needs the steps. Refuted when the client left almost at once.
 */
export const clientTimeoutTooShort: Rule = {
  rootCause: 'client_timeout_too_short',
  codes: ['client_gone'],
  judge({ attempt: { steps } }) {
    if (steps.length === 0) return unknown;
    const totalMs = Math.round(steps.reduce((sum, { duration_ms }) => sum + duration_ms, 0));
    if (totalMs < DELIBERATE_MS)
      return ruledOut(`The client left after ${totalMs} ms, sooner than any sensible time limit.`);
    return cause({
      confidence: 0.5,
      whys: [
        why(
          'Why did it fail?',
          `The client left after ${totalMs} ms.`,
          ...seen('sum of steps', `${totalMs} ms`),
        ),
        why(
          'Why did it leave?',
          'Probably its own time limit for the handshake ran out, or that of a proxy in between.',
          ...seen('step under way', stepUnderWay(steps)),
        ),
      ],
      fix: { action: 'Give the handshake at least 5 s in the client, and mend the step that was slow.' },
    });
  },
};

function stepUnderWay(
  steps: readonly { readonly step: string; readonly outcome: string }[],
): string | undefined {
  return steps.find(({ outcome }) => outcome === 'client_gone')?.step;
}
