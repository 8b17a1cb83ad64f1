import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';
import { configFacts, shownConfig } from './config-facts.ts';

/** The end-to-end tests cannot get a token: their key is not set, or another one. */
export const e2eCredentialsMissing: Rule = {
  rootCause: 'e2e_credentials_missing',
  title: 'The end-to-end tests have no key',
  codes: ['e2e_key_invalid', 'credential_missing', 'route_unknown'],
  alongside: ['user_unknown', 'client_gone', 'token_signature_invalid', 'token_expired'],
  needs: 'Whether E2E_OAUTH_SIMULATION_KEY is set on the service, or what the test client showed.',
  refutedBy: 'The key is set and was shown, or it was no test client.',
  prevention:
    'Set E2E_OAUTH_SIMULATION_KEY on the service and in the tests from one secret; `netra doctor` with that key tries every seeded user.',
  judge(input) {
    const { attempt, facts, evidence, isOwnCode } = input;
    const missing = configFacts(input, ['missing'], /^E2E_OAUTH_SIMULATION_KEY/);
    const isConfigured = facts.e2e?.is_key_configured ?? evidence.e2e?.is_key_configured;
    const isUnset = missing.length > 0 || isConfigured === false;
    if (!isOwnCode && !isUnset) return unknown;
    if (attempt.code === 'route_unknown' && facts.e2e === undefined) return unknown;
    const isTest = attempt.client.client_type === 'test' || facts.e2e !== undefined;
    if (attempt.code === 'credential_missing' && !isTest)
      return attempt.client.client_type === undefined
        ? unknown
        : ruledOut('It was no client of end-to-end tests.');
    const isNamed = attempt.code === 'e2e_key_invalid';
    return cause({
      confidence: isNamed ? 0.93 : isUnset ? 0.9 : isTest ? 0.65 : 0.5,
      reason: isUnset
        ? 'The key is not set on the service.'
        : isNamed
          ? 'The service compared the keys.'
          : 'A client of end-to-end tests came without any credential; why is known to the tests only.',
      whys: [
        why(
          'Why did the test have no credential?',
          isUnset
            ? 'The key of end-to-end tests is not set on the auth service.'
            : isNamed
              ? 'The key that the test showed is not the one that is set.'
              : 'The test did not fetch a token of a seeded user.',
          ...seen('e2e.is_key_configured', isConfigured, true),
          ...seen('e2e.is_key_presented', facts.e2e?.is_key_presented, true),
          ...seen('client.client_type', attempt.client.client_type),
          ...shownConfig(missing),
        ),
        why(
          'Why does it expect to get in without?',
          'Tests often count on a switch in the server (`E2E_TESTING` and the like). There is none: variables on the machine of the test change nothing here.',
        ),
      ],
      fix: {
        action:
          'Set E2E_OAUTH_SIMULATION_KEY on the auth service and in the tests, and let them use `POST /auth/e2e/token`.',
        command: 'netra token issue --help',
      },
    });
  },
};
