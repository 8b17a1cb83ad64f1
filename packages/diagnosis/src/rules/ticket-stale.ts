import { cause, type Rule, seen, why } from '../rule.ts';

/** The ticket lay around before it was used. Needs the code; for an unknown ticket it is one of two. */
export const ticketStale: Rule = {
  rootCause: 'ticket_stale',
  codes: ['ticket_expired', 'ticket_unknown'],
  judge({ attempt }) {
    return cause({
      confidence: attempt.code === 'ticket_expired' ? 0.95 : 0.6,
      whys: [
        why(
          'Why was it refused?',
          attempt.code === 'ticket_expired'
            ? 'The ticket was older than 30 seconds.'
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
