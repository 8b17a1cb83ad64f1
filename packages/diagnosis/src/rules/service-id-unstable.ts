import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The gateway calls itself by another name after each start. */
export const serviceIdUnstable: Rule = {
  rootCause: 'service_id_unstable',
  title: 'The service id changes from start to start',
  codes: ['auth_unavailable', 'keys_unavailable', 'service_credential_invalid'],
  needs: 'The ids under which the gateway made itself known, with times.',
  refutedBy: 'It was one id all along.',
  prevention: 'Set SERVICE_ID to a fixed name; never build it from a host name, a process id or a time.',
  judge({ evidence: { service_ids } }) {
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
