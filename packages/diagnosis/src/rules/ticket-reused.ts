import { cause, type Rule, seen, why } from '../rule.ts';

/** One ticket was used for two connections. */
export const ticketReused: Rule = {
  rootCause: 'ticket_reused',
  title: 'A ticket was used twice',
  codes: ['ticket_used'],
  needs: 'The code alone: the first use is on record.',
  refutedBy: 'Nothing: the first use is on record.',
  prevention: 'Take a new ticket for each connection; the SDK does.',
  judge({ attempt }) {
    return cause({
      confidence: 0.95,
      reason: 'The first use is on record.',
      whys: [
        why(
          'Why was it refused?',
          'The ticket had opened a connection before.',
          ...seen('client.carrier', attempt.client.carrier),
        ),
        why(
          'Why was it used again?',
          'The client reconnects with the old ticket in place of a new one, or somebody else got hold of it.',
        ),
      ],
      fix: { action: 'Take a new ticket for each connection, also when reconnecting.' },
    });
  },
};
