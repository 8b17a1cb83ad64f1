import { sendUpgrade } from '../../doctor/send-upgrade.ts';
import type { Drill } from '../drill.ts';
import { knock, webSocketUrl } from '../lab/knock.ts';
import { ticketOffer } from '../lab/ticket-offer.ts';
import { ONE_WRONG_REQUEST } from '../outside.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const ticketUsedTwice: Drill = {
  name: 'ticket_used_twice',
  injected: 'A client opens a second connection with the ticket of the first',
  expected: 'ticket_reused',
  isControl: true,
  outside: ONE_WRONG_REQUEST,
  stack: ordinary,
  async run(stack) {
    const offer = await ticketOffer(stack.url, stack.takeTestUser());
    await sendUpgrade(webSocketUrl(stack.url), { headers: offer, signal: AbortSignal.timeout(5_000) });
    return knock(stack.url, offer);
  },
};
