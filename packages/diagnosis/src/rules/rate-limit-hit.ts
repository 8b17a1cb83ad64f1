import { cause, type Rule, ruledOut, seen, why } from '../rule.ts';

/** A client asks more often than is allowed. */
export const rateLimitHit: Rule = {
  rootCause: 'rate_limit_hit',
  title: 'A limit of requests was hit',
  codes: ['rate_limited', 'quota_exceeded', 'message_rate_exceeded'],
  needs: 'The code; the limit and the number make it certain.',
  refutedBy: 'An untrusted proxy makes all clients look like one.',
  prevention: 'Wait as `Retry-After` says, with growing pauses; the SDK does.',
  judge({ attempt, facts: { limit, proxy } }) {
    if (
      attempt.code === 'rate_limited' &&
      proxy?.has_forwarded &&
      !proxy.is_trusted &&
      limit?.per !== 'user' &&
      limit?.per !== 'node'
    )
      return ruledOut('All clients behind an untrusted proxy count as one: that is the cause.');
    const isNode = limit?.per === 'node';
    return cause({
      confidence: limit === undefined ? 0.75 : 0.95,
      reason:
        limit === undefined
          ? 'The code says so; which limit it was is not recorded.'
          : 'The limit and what was counted are recorded.',
      whys: [
        why(
          'Why was it refused?',
          'More came than is allowed.',
          ...seen(
            `facts.limit.${limit?.name ?? 'unnamed'}`,
            limit?.observed ?? limit?.limit,
            limit && `at most ${limit.limit}`,
          ),
        ),
        why(
          'Why so much?',
          isNode
            ? 'Many clients came at once, as after a restart or in an attack.'
            : 'A client tries again without pauses, or several programs share one account.',
          ...seen('client.user_agent', attempt.client.user_agent),
        ),
      ],
      fix: {
        action: isNode
          ? 'Add nodes, or find what makes them come at once.'
          : 'Find the client by its attempts and let it wait as `Retry-After` says.',
      },
    });
  },
};
