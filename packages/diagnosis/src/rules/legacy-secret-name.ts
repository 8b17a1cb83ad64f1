import type { ConfigFact, Evidence } from '../evidence.ts';
import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';
import { configFacts, listed, shownConfig } from './config-facts.ts';
import { HANDSHAKE_CODES } from './handshake-codes.ts';

/** Names that older set-ups use, and that Netra never reads. */
const LEGACY_SOURCES: ReadonlySet<string> = new Set([
  'JWT_SECRET',
  'AUTH_JWT_SECRET',
  'SECRET_KEY',
  'STAGING_JWT_SECRET',
]);

/** A secret stands under a name that nobody reads any more. */
export const legacySecretName: Rule = {
  rootCause: 'legacy_secret_name',
  title: 'A secret stands under a name that is not read',
  codes: [
    'token_signature_invalid',
    'token_algorithm_refused',
    'token_key_unknown',
    'keys_unavailable',
    'e2e_key_invalid',
  ],
  alongside: HANDSHAKE_CODES,
  needs: 'Which secrets would have verified the token, or what the configuration check says of old names.',
  refutedBy: 'A configuration check that finds no old name.',
  prevention: 'Run `netra config check` before each deploy: it names every setting that is not read.',
  judge(input) {
    const { facts, expected, evidence, isOwnCode } = input;
    const proven = facts.signature_matches?.filter((source) =>
      LEGACY_SOURCES.has(source.replace(/_FILE$/, '')),
    );
    const old = configFacts(input, ['legacy']);
    if (proven === undefined && evidence.config === undefined) return unknown;
    const isProven =
      isOwnCode && ((proven !== undefined && proven.length > 0) || isReasonOfMismatch(old, evidence));
    if (!isProven && old.length === 0)
      return evidence.config === undefined ? unknown : ruledOut('No setting stands under an old name.');
    const names = listed([...(proven ?? []), ...old.map(({ setting }) => setting)]);
    return cause({
      confidence: isProven ? 0.96 : isOwnCode ? 0.6 : 0.5,
      reason: isProven
        ? proven?.length
          ? 'The secret under the old name verifies this very token.'
          : 'The service with the old name holds another key than the other one, because that name is not read.'
        : 'The old name is set; that it matters for this refusal is not proven.',
      whys: [
        why(
          'Why did the key not fit?',
          proven?.length
            ? `The token was signed with the secret of ${names}, and this gateway checks with ${expected.key_source ?? 'another one'}.`
            : `${names} is set, and Netra does not read it.`,
          ...seen('secrets that verify it', proven?.join(', ') || undefined, expected.key_source),
          ...shownConfig(old),
        ),
        why(
          'Why is a name set that is not read?',
          'It comes from an older set-up; there is one order of names now, the same on every service, without the old ones.',
        ),
      ],
      fix: {
        action:
          old[0]?.fix === undefined
            ? `Move the secret to JWT_SECRET_${(expected.environment ?? 'staging').toUpperCase()} on both services and remove ${names}.`
            : `Remove ${names}, and set what stands in its place: ${old[0].message}`,
        command: `netra config check --env ${expected.environment ?? 'staging'}`,
      },
    });
  },
};

/** Issuer and verifier hold different keys, and one of them has its secret under a name that it does not read. */
function isReasonOfMismatch(old: readonly ConfigFact[], { key_holders = [] }: Evidence): boolean {
  if (new Set(key_holders.map(({ check_value }) => check_value)).size < 2) return false;
  return old.some(({ setting, service }) => {
    const isSecret = LEGACY_SOURCES.has(setting.replace(/_FILE$/, ''));
    return isSecret && key_holders.some((holder) => holder.service === service);
  });
}
