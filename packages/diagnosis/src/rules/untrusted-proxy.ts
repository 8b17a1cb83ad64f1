import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';
import { configFacts, shownConfig } from './config-facts.ts';

/** The proxy is not on the list, so all clients seem to come from its one address. */
export const untrustedProxy: Rule = {
  rootCause: 'untrusted_proxy',
  title: 'The proxy is not trusted, so all clients share its address',
  codes: ['rate_limited', 'origin_not_allowed', 'connection_limit'],
  alongside: ['credential_missing', 'upgrade_missing'],
  needs: 'Whether the peer is a trusted proxy and sent a forwarding header.',
  refutedBy: 'The peer is trusted, or forwarded nothing.',
  prevention: 'Set TRUSTED_PROXIES to the addresses of the balancer in each environment that has one.',
  judge(input) {
    const {
      attempt,
      facts: { proxy, limit },
      evidence: { nearby_attempts },
      isOwnCode,
    } = input;
    if (proxy === undefined) return unknown;
    if (proxy.is_trusted) return ruledOut('The proxy is one of TRUSTED_PROXIES.');
    if (!proxy.has_forwarded) return ruledOut('The peer forwarded nothing: it is the client itself.');
    if (!isOwnCode || attempt.code === 'connection_limit' || attempt.code === 'origin_not_allowed')
      return unknown;
    if (limit?.per !== undefined && limit.per !== 'address')
      return ruledOut(`The limit counts by ${limit.per}, not by address.`);
    const users = new Set(
      (nearby_attempts ?? []).filter(({ code }) => code === attempt.code).map(({ user_id }) => user_id),
    ).size;
    return cause({
      confidence: users > 1 ? 0.93 : limit?.per === 'address' ? 0.85 : 0.7,
      reason:
        users > 1
          ? 'Several users ran into one limit that counts by address.'
          : 'The peer is a proxy that is not trusted, and the limit counts by address.',
      whys: [
        why(
          'Why was it refused?',
          'Too many requests came from one address.',
          ...seen('facts.limit', limit && `${limit.name}: ${limit.observed ?? 'over'}`, limit?.limit),
          ...seen('users who met the limit', users > 0 ? users : undefined),
        ),
        why(
          'Why from one address?',
          'It is that of the proxy: everybody behind it shares it.',
          ...seen('facts.proxy.peer_address', proxy.peer_address),
          ...seen('facts.proxy.has_forwarded', proxy.has_forwarded),
        ),
        why(
          "Why is the client's own address not used?",
          'The proxy is not one of TRUSTED_PROXIES, and what a stranger says of an address is not believed.',
          ...seen('facts.proxy.is_trusted', proxy.is_trusted, true),
          ...shownConfig(configFacts(input, ['missing', 'invalid'], /^TRUSTED_PROXIES/)),
        ),
      ],
      fix: {
        action: `Set TRUSTED_PROXIES to the address of the proxy${proxy.peer_address === undefined ? '' : `, ${proxy.peer_address}`}.`,
        command: 'netra config check',
      },
    });
  },
};
