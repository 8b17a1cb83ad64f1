import { cause, type Rule, seen, why } from '../rule.ts';

/** The user has as many connections as are allowed. */
export const connectionLimitHit: Rule = {
  rootCause: 'connection_limit_hit',
  title: 'The user has as many connections as are allowed',
  codes: ['connection_limit'],
  needs: 'The code; the observed number makes it certain.',
  refutedBy: 'Nothing: the server counted them.',
  prevention: 'One connection serves all threads of a user: let clients close what they do not use.',
  judge({ facts: { limit } }) {
    return cause({
      confidence: limit === undefined ? 0.85 : 0.97,
      reason:
        limit === undefined ? 'The server counted; the number was not recorded.' : 'The number was recorded.',
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
