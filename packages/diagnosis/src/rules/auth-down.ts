import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/**
 * The auth service is out of reach.
 * Needs what the gateway saw of it. Refuted when another dependency failed.
 */
export const authDown: Rule = {
  rootCause: 'auth_down',
  codes: ['auth_unavailable', 'keys_unavailable'],
  judge({ attempt, facts: { dependency }, evidence: { auth } }) {
    if (dependency !== undefined && dependency.name !== 'auth' && dependency.name !== 'keys') {
      return ruledOut(`What failed was ${dependency.name}.`);
    }
    if (dependency === undefined && auth === undefined) return unknown;
    const isDownNow = auth?.reachable === false;
    const isBackNow = auth?.reachable === true;
    return cause({
      confidence: isDownNow ? 0.95 : isBackNow ? 0.6 : 0.8,
      whys: [
        why(
          'Why was it refused?',
          attempt.code === 'keys_unavailable'
            ? 'The keys to check the token could not be fetched.'
            : 'The user could not be looked up.',
          ...seen('facts.dependency.error', dependency?.error),
        ),
        why(
          'Why not?',
          isBackNow
            ? 'The auth service did not answer then; it does now.'
            : 'The auth service does not answer.',
          ...seen('evidence.auth.reachable', auth?.reachable, true),
          ...seen('evidence.auth.error', auth?.error),
        ),
      ],
      fix: {
        action:
          'See that the auth service runs and that NETRA_AUTH_URL leads to it; clients come back by themselves.',
      },
    });
  },
};
