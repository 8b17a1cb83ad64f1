import { cause, type Rule, seen, why } from '../rule.ts';

/** The user has as many connections as are allowed. Needs the code; the observed number makes it certain. */
export const connectionLimitHit: Rule = {
  rootCause: 'connection_limit_hit',
  codes: ['connection_limit'],
  judge({ facts: { limit } }) {
    return cause({
      confidence: limit === undefined ? 0.85 : 0.97,
      whys: [
        why(
          'Why was it refused?',
          'The user has as many open connections as are allowed.',
          ...seen(
            `facts.limit.${limit?.name ?? 'connections'}`,
            limit?.observed,
            limit && `below ${limit.limit}`,
          ),
        ),
        why(
          'Why so many?',
          'Many tabs or devices are open, or a client opens new connections without closing the old ones.',
        ),
      ],
      fix: { action: 'Close tabs, or mend the client: one connection serves all threads of a user.' },
    });
  },
};
