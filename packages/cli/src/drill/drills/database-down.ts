import { SUBPROTOCOL, type TicketResponse } from '@netra/protocol';
import type { Drill } from '../drill.ts';
import { ask } from '../lab/api.ts';
import { knock } from '../lab/knock.ts';
import { unsteadyDatabase } from '../stacks/unsteady-database.ts';

export const databaseDown: Drill = {
  name: 'database_down',
  injected: 'The way from the gateway to its database is cut',
  expected: 'database_down',
  outside: { check: 'health', rootCause: 'database_down' },
  stack: unsteadyDatabase,
  async run(stack) {
    const { token } = stack.takeUser();
    const { ticket } = await ask<TicketResponse>(stack.url, '/v1/ws/ticket', {
      token,
      method: 'POST',
      body: {},
    });
    await stack.databaseLink.cut();
    return knock(stack.url, { 'Sec-WebSocket-Protocol': `${SUBPROTOCOL}, ticket.${ticket}` });
  },
  repair: (stack) => stack.databaseLink.mend(),
};
