import type { Drill } from '../drill.ts';
import { knock } from '../lab/knock.ts';
import { ticketOffer } from '../lab/ticket-offer.ts';
import { ONE_WRONG_REQUEST } from '../outside.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const ticketTooOld: Drill = {
  name: 'ticket_too_old',
  injected: 'A client keeps its ticket longer than it lives',
  expected: 'ticket_stale',
  isControl: true,
  outside: ONE_WRONG_REQUEST,
  stack: ordinary,
  async run(stack) {
    const offer = await ticketOffer(stack.url, stack.takeTestUser());
    // As if it had been taken a minute ago.
    await stack.sql(`update netra.tickets set expires_at = expires_at - interval '1 minute'`);
    return knock(stack.url, offer);
  },
};
