import { cause, type Rule, ruledOut, unknown, why } from '../rule.ts';
import { configFacts, isAuthKeptFromStarting, listed, shownConfig } from './config-facts.ts';
import { HANDSHAKE_CODES } from './handshake-codes.ts';

/** Settings that a service needs are not there. */
export const configMissing: Rule = {
  rootCause: 'config_missing',
  title: 'Settings are missing',
  codes: [
    'auth_unavailable',
    'keys_unavailable',
    'database_unavailable',
    'service_credential_invalid',
    'e2e_key_invalid',
    'model_unavailable',
    'internal_error',
  ],
  alongside: HANDSHAKE_CODES,
  needs: 'What the configuration check says of each service.',
  refutedBy: 'A configuration check that finds nothing missing.',
  prevention:
    'Run `netra config check --env <environment>` in the deploy, before the new release gets traffic: it names all that is missing at once.',
  judge(input) {
    const { evidence, expected, isOwnCode } = input;
    if (evidence.config === undefined) return unknown;
    const missing = configFacts(input, ['missing', 'unreadable']);
    if (missing.length === 0) return ruledOut('The configuration check found nothing missing.');
    const names = listed(missing.map(({ setting }) => setting));
    const environment = expected.environment ?? 'staging';
    const isNotStarting = isAuthKeptFromStarting(input, ['missing', 'unreadable']);
    return cause({
      confidence: isNotStarting ? 0.92 : isOwnCode ? 0.75 : 0.7,
      reason: isNotStarting
        ? 'The auth service does not answer, and with these settings it refuses to start.'
        : 'The settings are missing for certain; that this refusal comes from it is likely.',
      whys: [
        why(
          'Why could it not do its part?',
          `${names} ${missing.length === 1 ? 'is' : 'are'} not set on ${listed(missing.map(({ service }) => service))}.`,
          ...shownConfig(missing),
        ),
        why(
          `Why is that not set in ${environment}?`,
          'The settings were made for another environment and not carried over; those of an environment stand or fall together.',
        ),
        why(
          'Why was it not noticed before?',
          'The deploy did not run the configuration check, which lists everything at once instead of one fault after the other.',
        ),
      ],
      fix: {
        action: `Set ${names} on ${listed(missing.map(({ service }) => service))}.`,
        command: `netra config check --env ${environment}`,
      },
    });
  },
};
