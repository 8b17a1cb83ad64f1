import { SUBPROTOCOL, type TicketResponse } from '@netra/protocol';
import type { Drill } from '../drill.ts';
import { ask } from '../lab/api.ts';
import { knock } from '../lab/knock.ts';
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
    const { token } = stack.takeTestUser();
    const { ticket } = await ask<TicketResponse>(stack.url, '/v1/ws/ticket', {
      token,
      method: 'POST',
      body: {},
    });
    // As if it had been taken a minute ago.
    await stack.sql(`update netra.tickets set expires_at = expires_at - interval '1 minute'`);
    return knock(stack.url, { 'Sec-WebSocket-Protocol': `${SUBPROTOCOL}, ticket.${ticket}` });
  },
};
