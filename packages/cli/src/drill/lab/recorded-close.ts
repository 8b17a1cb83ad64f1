import type { DrillStack } from './drill-stack.ts';
import { until } from './until.ts';

/** Until the gateway has given this connection up, and the record of it is there. */
export async function recordedClose(
  stack: DrillStack,
  connectionId: string,
  patienceMs: number,
): Promise<void> {
  const isRecorded = async () => {
    const rows = await stack.sql('select 1 from netra.closed_connections where connection_id = $1', [
      connectionId,
    ]);
    return rows.length > 0 ? true : undefined;
  };
  await until('the gateway to give the client up', isRecorded, patienceMs);
}
