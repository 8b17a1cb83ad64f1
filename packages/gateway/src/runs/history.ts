import type { TurnMessage } from '@netra/agent';
import type { Database } from '../event-log/database.ts';
import type { RunRow } from './settle.ts';

/** Messages of the conversation that a turn looks back on. */
const maxHistoryMessages = 200;

export interface History {
  /** Oldest first, run by run: each question is followed by its own answer, also where questions were queued. */
  messages: TurnMessage[];
  /** Steering messages that are among them already. */
  steeringIds: string[];
}

/** What was said before a run, and the messages that it has to answer last. */
export async function readHistory(database: Database, run: RunRow): Promise<History> {
  const rows = await database
    .selectFrom('messages')
    .innerJoin('runs', 'runs.run_id', 'messages.run_id')
    .select(['messages.message_id', 'messages.run_id', 'messages.role', 'messages.text', 'messages.steering'])
    .where('messages.thread_id', '=', run.thread_id)
    .where('runs.owner_id', '=', run.owner_id)
    .where((where) => where.or([where('runs.run_id', '=', run.run_id), where('runs.status', '!=', 'queued')]))
    .orderBy('messages.seq', 'desc')
    .limit(maxHistoryMessages)
    .execute();
  rows.reverse();
  const byRun = new Map<string, TurnMessage[]>();
  for (const { run_id, role, text } of rows) {
    if (text === '') continue;
    byRun.set(run_id, [...(byRun.get(run_id) ?? []), { role, text }]);
  }
  const own = byRun.get(run.run_id) ?? [];
  byRun.delete(run.run_id);
  const steering = rows.filter((row) => row.run_id === run.run_id && row.steering);
  return {
    messages: [...[...byRun.values()].flat(), ...own],
    steeringIds: steering.map(({ message_id }) => message_id),
  };
}
