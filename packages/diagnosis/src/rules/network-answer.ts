import type { NetworkSplit } from '../evidence.ts';
import type { Why } from '../explanation.ts';
import { seen, why } from '../rule.ts';

const FAILURES = {
  dns: 'its name cannot be resolved',
  tcp: 'nothing listens at its address, or a firewall stands between',
  tls: 'its certificate is not accepted',
  http: 'something listens and does not answer as it should',
} as const;

/** One more link, where the way to the service was taken apart; otherwise none. */
export function networkAnswer(network: NetworkSplit | undefined): Why[] {
  if (network?.failed_at === undefined) return [];
  return [
    why(
      'Why does it not answer?',
      `Going to ${network.host} fails at ${network.failed_at.toUpperCase()}: ${FAILURES[network.failed_at]}.`,
      ...seen('network.failed_at', network.failed_at),
      ...seen('network.error', network.error),
    ),
  ];
}
