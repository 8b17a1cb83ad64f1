import type { Drill } from '../drill.ts';
import { hideTickets, showTickets } from '../lab/hide-table.ts';
import { knock } from '../lab/knock.ts';
import { ticketOffer } from '../lab/ticket-offer.ts';
import { unsteadyDatabase } from '../stacks/unsteady-database.ts';

export const migrationMissing: Drill = {
  name: 'migration_missing',
  injected: 'A table that the release needs was never made',
  expected: 'migration_missing',
  outside: { check: 'health', rootCause: 'migration_missing' },
  stack: unsteadyDatabase,
  async run(stack) {
    const offer = await ticketOffer(stack.url, stack.takeUser());
    await hideTickets(stack);
    return knock(stack.url, offer);
  },
  repair: showTickets,
};
