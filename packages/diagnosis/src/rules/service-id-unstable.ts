import type { ReasonCode } from '@netra/protocol';
import type { ConfigFact } from '../evidence.ts';
import { cause, type Rule, type RuleInput, ruledOut, seen, unknown, why } from '../rule.ts';
import { configFacts, shownConfig } from './config-facts.ts';
import { isServiceCredentialError } from './service-credential-error.ts';

/** The gateway calls itself by another name after each start. */
export const serviceIdUnstable: Rule = {
  rootCause: 'service_id_unstable',
  title: 'The service id changes from start to start',
  codes: ['auth_unavailable', 'keys_unavailable', 'service_credential_invalid'],
  needs:
    'The ids under which the gateway made itself known, or what the configuration check says of SERVICE_ID.',
  refutedBy: 'It was one id all along.',
  prevention: 'Set SERVICE_ID to a fixed name; never build it from a host name, a process id or a time.',
  judge(input) {
    const { service_ids } = input.evidence;
    const [unsteady] = unsteadyServiceIds(input);
    if (unsteady !== undefined) return ofItsForm(unsteady, input);
    if (service_ids === undefined || service_ids.length === 0) return unknown;
    const ids = [...new Set(service_ids.map(({ service_id }) => service_id))];
    if (ids.length < 2) return ruledOut(`The gateway always called itself ${ids[0]}.`);
    return cause({
      confidence: ids.length > 2 ? 0.93 : 0.85,
      reason: `${ids.length} ids were used in a short time.`,
      whys: [
        why(
          'Why did the auth service not answer for the user?',
          'It does not know the service that asks.',
          ...seen('service_ids, newest first', ids.slice(0, 5).join(', ')),
        ),
        why(
          'Why does it not know it?',
          'The service calls itself differently after each start, and the credential belongs to one of the names only.',
          ...seen('service_ids.first_seen', service_ids[0]?.first_seen),
        ),
        why(
          'Why does the name change?',
          'SERVICE_ID is built from something that changes, such as a host name or a time.',
        ),
      ],
      fix: {
        action: `Set SERVICE_ID to one fixed name, such as ${ids.at(-1)}.`,
        command: 'netra services list',
      },
    });
  },
};

/** What the configuration check says of ids that a gateway started with, where the auth service refused its credential. */
export function unsteadyServiceIds(input: RuleInput): readonly ConfigFact[] {
  const isRefused = input.attempt.code === REFUSED || isServiceCredentialError(input.facts.dependency);
  return isRefused ? configFacts(input, ['invalid'], /^SERVICE_ID$/) : [];
}

const REFUSED = 'service_credential_invalid' satisfies ReasonCode;

/** The form of one id tells that the next will be another. */
function ofItsForm(fact: ConfigFact, { facts: { dependency } }: RuleInput) {
  return cause({
    confidence: 0.93,
    reason: 'The auth service refused the credential, and the id has the form of one that changes.',
    whys: [
      why(
        'Why did the auth service not answer for the user?',
        'It does not know the service that asks.',
        ...seen('facts.dependency.error', dependency?.error),
      ),
      why(
        'Why does it not know it?',
        'A gateway started under an id that the credential was not made for.',
        ...shownConfig([fact]),
      ),
      why(
        'Why under such an id?',
        'SERVICE_ID is built from something that each deploy changes, such as the name of a pod or a revision.',
      ),
    ],
    fix: {
      action: fact.fix ?? 'Set SERVICE_ID to one fixed name, the same on both services.',
      command: 'netra services list',
    },
  });
}
