import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

const AT_ONCE_MS = 500;

/** The user closed the page or the network broke. Needs the steps. Refuted when the client waited for long. */
export const clientLeftEarly: Rule = {
  rootCause: 'client_left_early',
  codes: ['client_gone'],
  judge({ attempt: { steps } }) {
    if (steps.length === 0) return unknown;
    const totalMs = Math.round(steps.reduce((sum, { duration_ms }) => sum + duration_ms, 0));
    if (totalMs >= AT_ONCE_MS) return ruledOut(`The client waited ${totalMs} ms before it left.`);
    return cause({
      confidence: 0.7,
      whys: [
        why(
          'Why did it fail?',
          `The client left after ${totalMs} ms, before the answer.`,
          ...seen('sum of steps', `${totalMs} ms`),
        ),
        why(
          'Why did it leave?',
          'The page was closed or reloaded, or the network broke. Nothing on the server was slow.',
        ),
      ],
      fix: { action: 'Nothing to mend, unless it happens often.' },
    });
  },
};
