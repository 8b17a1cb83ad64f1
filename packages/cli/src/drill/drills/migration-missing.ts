import { SUBPROTOCOL, type TicketResponse } from '@netra/protocol';
import type { Drill } from '../drill.ts';
import { ask } from '../lab/api.ts';
import { hideTickets, showTickets } from '../lab/hide-table.ts';
import { knock } from '../lab/knock.ts';
import { unsteadyDatabase } from '../stacks/unsteady-database.ts';

export const migrationMissing: Drill = {
  name: 'migration_missing',
  injected: 'A table that the release needs was never made',
  expected: 'migration_missing',
  outside: { check: 'health', rootCause: 'migration_missing' },
  stack: unsteadyDatabase,
  async run(stack) {
    const { token } = stack.takeUser();
    const { ticket } = await ask<TicketResponse>(stack.url, '/v1/ws/ticket', {
      token,
      method: 'POST',
      body: {},
    });
    await hideTickets(stack);
    return knock(stack.url, { 'Sec-WebSocket-Protocol': `${SUBPROTOCOL}, ticket.${ticket}` });
  },
  repair: showTickets,
};
