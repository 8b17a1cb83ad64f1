import { SUBPROTOCOL, type TicketResponse } from '@netra/protocol';
import type { Drill } from '../drill.ts';
import { ask } from '../lab/api.ts';
import { knock } from '../lab/knock.ts';
import { unsteadyDatabase } from '../stacks/unsteady-database.ts';

export const migrationMissing: Drill = {
  name: 'migration_missing',
  injected: 'A table that the release needs was never made',
  expected: 'migration_missing',
  stack: unsteadyDatabase,
  async run(stack) {
    const { token } = stack.takeUser();
    const { ticket } = await ask<TicketResponse>(stack.url, '/v1/ws/ticket', {
      token,
      method: 'POST',
      body: {},
    });
    await stack.sql('alter table netra.tickets rename to tickets_elsewhere');
    await stack.sql('create table netra.migrations_elsewhere as table netra.schema_migrations');
    await stack.sql(`delete from netra.schema_migrations where name like '0100%'`);
    return knock(stack.url, { 'Sec-WebSocket-Protocol': `${SUBPROTOCOL}, ticket.${ticket}` });
  },
  async repair(stack) {
    await stack.sql('alter table netra.tickets_elsewhere rename to tickets');
    await stack.sql(
      `insert into netra.schema_migrations select * from netra.migrations_elsewhere where name like '0100%'`,
    );
  },
};
