import { cause, type Rule, ruledOut, unknown, why } from '../rule.ts';
import { configFacts, isAuthKeptFromStarting, listed, shownConfig } from './config-facts.ts';
import { HANDSHAKE_CODES } from './handshake-codes.ts';

/** A secret that can be guessed is refused outside development, so the service that has it does not become ready. */
export const weakOrDefaultSecret: Rule = {
  rootCause: 'weak_or_default_secret',
  title: 'A secret is weak, or a known default',
  codes: ['auth_unavailable', 'keys_unavailable', 'service_credential_invalid', 'e2e_key_invalid'],
  alongside: HANDSHAKE_CODES,
  needs: 'What the configuration check says of each service.',
  refutedBy: 'A configuration check without a weak secret.',
  prevention:
    'Make secrets with `openssl rand -base64 48`, keep them in a secret store, never in a document.',
  judge(input) {
    if (input.evidence.config === undefined) return unknown;
    const weak = configFacts(input, ['weak', 'known', 'short', 'edge_space']);
    if (weak.length === 0) return ruledOut('The configuration check found no weak secret.');
    const services = listed(weak.map(({ service }) => service));
    const isNotStarting = isAuthKeptFromStarting(input, ['weak', 'known', 'short', 'edge_space']);
    return cause({
      confidence: isNotStarting ? 0.92 : input.isOwnCode ? 0.75 : 0.6,
      reason: isNotStarting
        ? 'The auth service does not answer, and with these settings it refuses to start.'
        : 'A service refuses to start with such a secret; that it did not start because of it is likely.',
      whys: [
        why(
          'Why did the other service not do its part?',
          `The secret of ${services} is refused outside development, so it does not start or is not ready.`,
          ...shownConfig(weak),
        ),
        why(
          'Why is the secret refused?',
          `${listed(weak.map(({ setting }) => setting))} is short, repeats itself, or is known from documents.`,
        ),
      ],
      fix: {
        action: weak[0]?.fix ?? 'Set a random secret of at least 32 bytes.',
        command: 'openssl rand -base64 48',
      },
    });
  },
};
