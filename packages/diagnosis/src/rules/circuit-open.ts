import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/**
 * The circuit breaker answered for the dependency after earlier failures.
 * Needs its state at the time. Refuted when it was closed.
 */
export const circuitOpen: Rule = {
  rootCause: 'circuit_open',
  codes: ['auth_unavailable', 'keys_unavailable'],
  judge({ facts: { dependency } }) {
    if (dependency?.circuit === undefined) return unknown;
    if (dependency.circuit === 'closed')
      return ruledOut('The circuit breaker was closed: the call was really made.');
    return cause({
      confidence: 0.7,
      whys: [
        why(
          'Why was it refused?',
          `The circuit breaker to ${dependency.name} was ${dependency.circuit}, so it was not asked.`,
          ...seen('facts.dependency.circuit', dependency.circuit, 'closed'),
        ),
        why(
          'Why was it open?',
          'Several calls before had failed; the breaker closes by itself after calls succeed again.',
        ),
      ],
      fix: { action: 'Mend what failed before: look at the first failures, not at this one.' },
    });
  },
};
