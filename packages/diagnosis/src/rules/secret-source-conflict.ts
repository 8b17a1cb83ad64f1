import { cause, type Rule, ruledOut, unknown, why } from '../rule.ts';
import { configFacts, isAuthKeptFromStarting, listed, shownConfig } from './config-facts.ts';
import { HANDSHAKE_CODES } from './handshake-codes.ts';

const SECRET = /SECRET|KEY/;

/** Two settings give one secret, so that which one counts depends on who reads. */
export const secretSourceConflict: Rule = {
  rootCause: 'secret_source_conflict',
  title: 'Two settings give the same secret',
  codes: ['token_signature_invalid', 'keys_unavailable', 'auth_unavailable', 'service_credential_invalid'],
  alongside: HANDSHAKE_CODES,
  needs: 'What the configuration check says of each service.',
  refutedBy: 'A configuration check without a conflict.',
  prevention: 'Set a secret in one place only, and run `netra config check` before each deploy.',
  judge(input) {
    if (input.evidence.config === undefined) return unknown;
    const conflicts = configFacts(input, ['conflict'], SECRET);
    if (conflicts.length === 0) return ruledOut('The configuration check found no secret that is set twice.');
    const names = listed(conflicts.map(({ setting }) => setting));
    const isNotStarting = isAuthKeptFromStarting(input, ['conflict']);
    return cause({
      confidence: isNotStarting ? 0.92 : input.isOwnCode ? 0.7 : 0.6,
      reason: isNotStarting
        ? 'The auth service does not answer, and with these settings it refuses to start.'
        : 'The conflict is there; that this refusal comes from it is likely, not proven.',
      whys: [
        why(
          'Why was the key not the right one?',
          `${names} is given by two settings that exclude each other, such as a value and a file.`,
          ...shownConfig(conflicts),
        ),
        why(
          'Why are there two?',
          'A new way to hand the secret over was added, and the old one was not taken away.',
        ),
      ],
      fix: {
        action: conflicts[0]?.fix ?? `Keep one of the two settings of ${names}.`,
        command: `netra config check --env ${input.expected.environment ?? 'staging'}`,
      },
    });
  },
};
