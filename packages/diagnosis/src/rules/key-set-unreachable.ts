import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The gateway cannot fetch the public keys, although the auth service may live. */
export const keySetUnreachable: Rule = {
  rootCause: 'key_set_unreachable',
  title: 'The key set cannot be fetched',
  codes: ['keys_unavailable'],
  alongside: ['token_key_unknown'],
  needs: 'A fetch of the key set at the time of explaining.',
  refutedBy: 'The key set can be fetched, or the whole auth service is down.',
  prevention:
    'Keys are cached and outlive short outages; watch the health line `keys`, and test NETRA_AUTH_URL in the deploy.',
  judge({ facts: { dependency }, evidence: { key_set, auth, network } }) {
    if (key_set === undefined) return unknown;
    if (key_set.reachable) return ruledOut('The key set can be fetched now.');
    if (auth?.reachable === false)
      return ruledOut('The whole auth service is out of reach, not its key set alone.');
    return cause({
      confidence: auth?.reachable ? 0.92 : 0.75,
      reason: auth?.reachable
        ? 'The auth service answers and its key set does not.'
        : 'The key set does not answer; whether the auth service does is not known.',
      whys: [
        why(
          'Why could the token not be judged?',
          'The key that it names is not cached, and fetching it failed.',
          ...seen('facts.dependency.error', dependency?.error),
        ),
        why(
          'Why did fetching fail?',
          `${key_set.url ?? 'The key set'} does not answer${network?.failed_at === undefined ? '' : `: it fails at ${network.failed_at}`}.`,
          ...seen('key_set.error', key_set.error),
          ...seen('auth.reachable', auth?.reachable, true),
          ...seen('network.error', network?.error),
        ),
      ],
      fix: {
        action:
          'See that the gateway reaches the address of the key set: name, firewall, and what a proxy does with it.',
        command: `curl -sS ${key_set.url ?? '"$NETRA_AUTH_URL/auth/jwks.json"'}`,
      },
    });
  },
};
