import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The circuit breaker answered for the dependency after earlier failures. */
export const circuitOpen: Rule = {
  rootCause: 'circuit_open',
  title: 'The circuit breaker is open',
  codes: ['auth_unavailable', 'keys_unavailable'],
  needs: 'The state of the breaker at the time.',
  refutedBy: 'It was closed: the call was really made.',
  prevention: 'Alert on an open breaker: it is the first sign, before users are refused.',
  judge({ facts: { dependency }, evidence: { breaker, auth } }) {
    const state = dependency?.circuit;
    if (state === undefined) return unknown;
    if (state === 'closed') return ruledOut('The circuit breaker was closed: the call was really made.');
    // An open breaker is the deepest that can be seen when what it guards works again.
    const isDependencyFine = auth?.reachable === true;
    return cause({
      confidence: isDependencyFine ? 0.85 : 0.7,
      reason: isDependencyFine
        ? 'The auth service answers now: what refuses is the breaker alone.'
        : 'An open breaker follows from failures; they are the deeper cause.',
      whys: [
        why(
          'Why could the identity not be judged?',
          `The circuit breaker to ${dependency?.name ?? 'the auth service'} was ${state}, so it was not asked.`,
          ...seen('facts.dependency.circuit', state, 'closed'),
          ...seen('breaker.opened_at', breaker?.opened_at),
        ),
        why(
          'Why was it open?',
          `${breaker?.failures === undefined ? 'Several' : breaker.failures} calls before had failed${breaker?.first_error === undefined ? '' : `, the first with ${breaker.first_error}`}.`,
          ...seen('breaker.failures', breaker?.failures),
          ...seen('breaker.first_error', breaker?.first_error),
        ),
        ...(isDependencyFine
          ? [
              why(
                'Why is it still open?',
                'It stays open for some seconds and then lets calls through one at a time; it closes by itself.',
                ...seen('auth.reachable', true),
              ),
            ]
          : []),
      ],
      fix: {
        action:
          'Mend what failed before: look at the first failures, not at this one. The breaker closes by itself.',
      },
    });
  },
};
