import { SUBPROTOCOL, type TicketResponse } from '@netra/protocol';
import type { Drill } from '../drill.ts';
import { ask } from '../lab/api.ts';
import { knock } from '../lab/knock.ts';
import { ONE_WRONG_REQUEST } from '../outside.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const ticketOfAnotherPage: Drill = {
  name: 'ticket_of_another_page',
  injected: 'A ticket that one page took is used by another',
  expected: 'ticket_elsewhere',
  outside: ONE_WRONG_REQUEST,
  stack: ordinary,
  async run(stack) {
    const { token } = stack.takeTestUser();
    const { ticket } = await ask<TicketResponse>(stack.url, '/v1/ws/ticket', {
      token,
      method: 'POST',
      body: {},
      headers: { origin: stack.url },
    });
    return knock(stack.url, { 'Sec-WebSocket-Protocol': `${SUBPROTOCOL}, ticket.${ticket}` });
  },
};
