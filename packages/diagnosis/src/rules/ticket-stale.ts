import { LIMITS } from '@netra/protocol';
import { cause, type Rule, seen, why } from '../rule.ts';

/** The ticket lay around before it was used. */
export const ticketStale: Rule = {
  rootCause: 'ticket_stale',
  title: 'A ticket was used too late',
  codes: ['ticket_expired', 'ticket_unknown'],
  needs: 'The code; an unknown ticket may also be of another installation.',
  refutedBy: 'Nothing that is recorded.',
  prevention: 'Take the ticket right before the connection; the SDK does.',
  judge({ attempt }) {
    const isExpired = attempt.code === 'ticket_expired';
    return cause({
      confidence: isExpired ? 0.95 : 0.6,
      reason: isExpired
        ? 'The ticket is on record with its end.'
        : 'No such ticket is on record: it is old, of another installation, or made up.',
      whys: [
        why(
          'Why was it refused?',
          isExpired
            ? `The ticket was older than ${LIMITS.ticketLifeMs / 1000} seconds.`
            : 'No such ticket is on record.',
          ...seen('client.carrier', attempt.client.carrier),
        ),
        why(
          'Why was it used so late?',
          'The client keeps a ticket for later, or the machine slept or the network hung between taking and using it.',
        ),
      ],
      fix: { action: 'Take a new ticket right before each connection; never keep one.' },
    });
  },
};
