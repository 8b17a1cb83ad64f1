import type { Drill } from '../drill.ts';
import { knock } from '../lab/knock.ts';
import { ticketOffer } from '../lab/ticket-offer.ts';
import { ONE_WRONG_REQUEST } from '../outside.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const ticketOfAnotherPage: Drill = {
  name: 'ticket_of_another_page',
  injected: 'A ticket that one page took is used by another',
  expected: 'ticket_elsewhere',
  outside: ONE_WRONG_REQUEST,
  stack: ordinary,
  async run(stack) {
    const offer = await ticketOffer(stack.url, { ...stack.takeTestUser(), origin: stack.url });
    return knock(stack.url, offer);
  },
};
