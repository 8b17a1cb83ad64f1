import type { Drill } from '../drill.ts';
import { knock } from '../lab/knock.ts';
import { ticketOffer } from '../lab/ticket-offer.ts';
import { unsteadyDatabase } from '../stacks/unsteady-database.ts';

const HELD_MS = 8_000;
/** More than the pool has places. */
const WAITING = 16;

export const poolExhausted: Drill = {
  name: 'pool_exhausted',
  injected: "A stranger's transaction locks a table, and every place of the pool waits for it",
  expected: 'database_pool_exhausted',
  outside: { check: 'health', rootCause: 'database_pool_exhausted' },
  stack: unsteadyDatabase,
  async run(stack) {
    const offer = await ticketOffer(stack.url, stack.takeUser());
    const release = await stack.hold('lock table netra.tickets in access exclusive mode');
    // Seconds longer than any handshake; then the table is free again.
    setTimeout(() => void release(), HELD_MS).unref();
    const [first = ''] = await Promise.all(Array.from({ length: WAITING }, () => knock(stack.url, offer)));
    return first;
  },
};
