import { gatewayMigrations } from '@netra/gateway';
import type { EventBody, ThreadEvent } from '@netra/protocol';
import { createLogger, createPool, migrate } from '@netra/service';
import type { PoolConfig } from 'pg';
import { appendToRun } from '../../packages/gateway/src/event-log/append.ts';
import { openDatabase } from '../../packages/gateway/src/event-log/database.ts';
import { createGroupAppend } from '../../packages/gateway/src/event-log/group-append.ts';
import type { Contender } from './contender.ts';
import { deliveryServer, type ThreadPlace } from './delivery-server.ts';

const RUN_ID = 'run_1';
const FENCE = `${RUN_ID}#1`;

/** The write path with the journal on: every event is stored as those of a run are, in a real PostgreSQL, and then sent. */
export async function journalServer(options: unknown): Promise<Contender> {
  // The parent wrote it.
  const { connection } = options as { connection: PoolConfig };
  const schema = `journal_${process.pid}`;
  const pool = createPool(connection, { schema, maxConnections: 8 });
  const migrations = await gatewayMigrations();
  await migrate({ pool, schema, migrations, log: createLogger({ level: 'silent' }) });
  const database = openDatabase(pool);
  const group = createGroupAppend({ pool, appendAlone: (request) => appendToRun(database, request) });
  const store = async (thread: ThreadPlace, events: readonly ThreadEvent[]): Promise<ThreadEvent[]> => {
    const entries = events.map(({ type, data, agent }) => ({
      runId: RUN_ID,
      agent,
      // A type and its data, as they were together in the event.
      body: { type, data } as EventBody,
    }));
    const { ownerId, threadId } = thread;
    const request = { ownerId, threadId, fence: FENCE, atMs: Date.now(), entries };
    // As the deltas of a run are, after its first.
    const stored = await group.append(request, { isUrgent: false });
    if (stored === undefined) throw new Error('an event was not stored');
    return stored;
  };
  return deliveryServer(async (thread, deliver) => {
    await pool.query(
      `INSERT INTO threads (thread_id, owner_id, title, epoch, fence, created_at, updated_at)
       VALUES ($1, $2, '', 'e1', $3, now(), now())`,
      [thread.threadId, thread.ownerId, FENCE],
    );
    return inOrder((events) => store(thread, events), deliver);
  });
}

/** One append of a thread at a time, as runs do it; what comes meanwhile goes together with the next. */
function inOrder(
  store: (events: ThreadEvent[]) => Promise<ThreadEvent[]>,
  deliver: (stored: ThreadEvent[]) => void,
): (events: ThreadEvent[]) => void {
  let waiting: ThreadEvent[] = [];
  let isStoring = false;
  const storeAll = async (): Promise<void> => {
    isStoring = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      deliver(await store(batch));
    }
    isStoring = false;
  };
  return (events) => {
    for (const event of events) waiting.push(event);
    if (!isStoring) void storeAll();
  };
}
