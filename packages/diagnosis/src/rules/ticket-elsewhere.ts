import { cause, type Rule, seen, why } from '../rule.ts';

/** A ticket was used by another page, session or environment than took it. */
export const ticketElsewhere: Rule = {
  rootCause: 'ticket_elsewhere',
  title: 'A ticket was used elsewhere than it was taken',
  codes: ['ticket_binding_wrong'],
  needs: 'The code alone.',
  refutedBy: 'Nothing: what it was bound to is on record.',
  prevention: 'Let the page that connects take the ticket itself; the SDK does.',
  judge({ attempt }) {
    return cause({
      confidence: 0.85,
      reason: 'What it was bound to is on record.',
      whys: [
        why(
          'Why was it refused?',
          'The ticket is bound to another page, session or environment.',
          ...seen('client.origin', attempt.client.origin),
        ),
        why(
          'Why was it used here?',
          'It was taken by one page or program and handed to another, or the request’s `Origin` changed in between.',
        ),
      ],
      fix: { action: 'Let the page that connects take the ticket itself, from the same origin.' },
    });
  },
};
