import type { Evidence } from '../evidence.ts';
import { cause, type Rule, type RuleInput, ruledOut, seen, unknown, why } from '../rule.ts';
import { listed } from './config-facts.ts';

/** Issuer and verifier hold different secrets. */
export const secretMismatch: Rule = {
  rootCause: 'secret_mismatch',
  title: 'Issuer and verifier hold different secrets',
  // A secret on one side and public keys on the other shows as an algorithm or a key that does not fit.
  codes: ['token_signature_invalid', 'token_algorithm_refused', 'token_key_unknown', 'keys_unavailable'],
  alongside: ['token_expired', 'auth_unavailable'],
  needs:
    'Which configured secret would have verified the token, or the key check values of issuer and verifier.',
  refutedBy: 'Equal key check values on both sides, or a token of another environment.',
  prevention:
    'Sign with public keys (the default): there is nothing to mismatch. Where a secret is shared, gate each deploy on `/health/ready`, which compares key check values.',
  judge(input) {
    const { token, expected, facts, isOwnCode } = input;
    const { issuer, verifier } = holdersOf(input);
    const isDifferent = issuer && verifier ? issuer.check_value !== verifier.check_value : undefined;
    if (isDifferent === false)
      return ruledOut(`Issuer and verifier hold the same secret, check value ${issuer?.check_value}.`);
    if (isForeign(token.environment, expected.environment))
      return ruledOut('The token is of another environment, whose secret is rightly another.');
    const signedWith = facts.signature_matches?.filter((source) => source !== expected.key_source) ?? [];
    if (!isDifferent && (signedWith.length === 0 || !isOwnCode)) return unknown;
    const checkedWith = expected.key_source ?? verifier?.source ?? 'its own secret';
    const issuerSource = issuer?.source ?? listed(signedWith);
    return cause({
      confidence: isDifferent && signedWith.length > 0 ? 0.98 : isDifferent ? 0.93 : 0.9,
      reason: isDifferent
        ? 'The key check values of the two services differ, which equal secrets cannot do.'
        : 'Another configured secret verifies this very token.',
      whys: [
        why(
          'Why was the signature refused?',
          `The gateway checked it with the secret of ${checkedWith}, and it does not fit.`,
          ...seen('verifier key source', checkedWith),
          ...seen('verifier key check value', expected.key_check_value ?? verifier?.check_value),
        ),
        why(
          'Why does it not fit?',
          signedWith.length > 0
            ? `The token was signed with the key that ${issuerSource} holds on the issuer, and checked with ${checkedWith}.`
            : `The issuer signs with the secret of ${issuerSource}, and that is another one.`,
          ...seen('secrets that verify it', signedWith.join(', ') || undefined, checkedWith),
          ...seen('issuer key check value', issuer?.check_value, verifier?.check_value),
        ),
        why(
          'Why do the two services hold different secrets?',
          issuer && verifier && issuer.source === verifier.source
            ? `Both read ${issuer.source}, and it was set to a different value on each.`
            : `Each takes the first that is set of an order of settings: ${checkedWith} is set on the gateway, and the issuer got its secret from ${issuerSource}.`,
          ...seen('issuer key source', issuer?.source, verifier?.source),
        ),
        why(
          'Why did that reach users?',
          'A shared secret was changed on one side only, and traffic came although readiness compares the check values of both.',
        ),
      ],
      fix: {
        action: `Set the same secret under the same name on both services (${checkedWith}), remove the others, and restart both.`,
        command: `netra config check --env ${expected.environment ?? 'staging'} --json`,
      },
    });
  },
};

function holdersOf({ evidence }: RuleInput) {
  const holders: NonNullable<Evidence['key_holders']> = evidence.key_holders ?? [];
  return {
    issuer: holders.find(({ role }) => role === 'issuer'),
    verifier: holders.find(({ role }) => role === 'verifier'),
  };
}

function isForeign(observed: string | undefined, wanted: string | undefined): boolean {
  return observed !== undefined && wanted !== undefined && observed !== wanted;
}
