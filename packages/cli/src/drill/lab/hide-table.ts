import type { DrillStack } from './drill-stack.ts';

/** As if the second migration of the gateway had never been applied. */
export async function hideTickets({ sql }: DrillStack): Promise<void> {
  await sql('alter table netra.tickets rename to tickets_elsewhere');
  await sql('create table netra.migrations_elsewhere as table netra.schema_migrations');
  await sql(`delete from netra.schema_migrations where name like '0100%'`);
}

export async function showTickets({ sql }: DrillStack): Promise<void> {
  await sql('alter table netra.tickets_elsewhere rename to tickets');
  await sql(
    `insert into netra.schema_migrations select * from netra.migrations_elsewhere where name like '0100%'`,
  );
  await sql('drop table netra.migrations_elsewhere');
}
