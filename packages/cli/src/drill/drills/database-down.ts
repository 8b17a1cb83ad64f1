import type { Drill } from '../drill.ts';
import { knock } from '../lab/knock.ts';
import { ticketOffer } from '../lab/ticket-offer.ts';
import { unsteadyDatabase } from '../stacks/unsteady-database.ts';

export const databaseDown: Drill = {
  name: 'database_down',
  injected: 'The way from the gateway to its database is cut',
  expected: 'database_down',
  outside: { check: 'health', rootCause: 'database_down' },
  stack: unsteadyDatabase,
  async run(stack) {
    const offer = await ticketOffer(stack.url, stack.takeUser());
    await stack.databaseLink.cut();
    return knock(stack.url, offer);
  },
  repair: (stack) => stack.databaseLink.mend(),
};
