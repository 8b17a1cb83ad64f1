import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';
import { HANDSHAKE_CODES } from './handshake-codes.ts';

/** Redis, where an installation uses it between nodes, is out of reach. */
export const redisDown: Rule = {
  rootCause: 'redis_down',
  title: 'Redis is out of reach',
  codes: ['internal_error', 'overloaded', 'auth_unavailable', 'run_interrupted', 'draining'],
  alongside: HANDSHAKE_CODES,
  needs: 'A look at Redis, or a failure that names it.',
  refutedBy: 'Redis answers, or none is used.',
  prevention: 'Alert on `redis` of `/health/ready`; without Redis, events travel by PostgreSQL.',
  judge({ facts: { dependency }, evidence: { redis }, isOwnCode }) {
    const isNamed = isOwnCode && dependency?.name === 'redis';
    if (redis?.reachable) return ruledOut('Redis answers.');
    if (redis === undefined && !isNamed) return unknown;
    return cause({
      confidence: redis !== undefined && isNamed ? 0.97 : redis !== undefined ? 0.85 : 0.8,
      reason:
        redis !== undefined ? 'Redis does not answer now.' : 'The failure names Redis; nobody looked again.',
      whys: [
        why(
          'Why could it not go on?',
          'What one node has to tell the others could not be sent.',
          ...seen('facts.dependency.error', dependency?.error),
        ),
        why(
          'Why not?',
          'Redis does not answer.',
          ...seen('redis.reachable', redis?.reachable, true),
          ...seen('redis.error', redis?.error),
        ),
      ],
      fix: {
        action: 'Start Redis, and see that REDIS_URL leads to it; nodes connect again by themselves.',
        command: 'redis-cli -u "$REDIS_URL" ping',
      },
    });
  },
};
