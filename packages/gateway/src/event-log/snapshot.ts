import { LIMITS, type Message, type OpenRun, type Snapshot, textOfParts } from '@netra/protocol';
import { jsonBytes } from './bound-parts.ts';
import { type Database, type DatabaseTransaction, OPEN_STATUSES } from './database.ts';
import { readRunParts } from './run-parts.ts';
import { readMessages, toThread } from './wire-rows.ts';

/** An open answer with more text than this comes without its parts, which would repeat it. */
const maxRepeatedTextBytes = 64 * 1024;

/**
 * The thread as it is at one moment, or undefined when the owner has no such thread. Never larger than
 * `maxSnapshotBytes`: first what is under way, then the newest messages; the cursor leads to the rest.
 */
export function readSnapshot(
  database: Database,
  ownerId: string,
  threadId: string,
): Promise<Snapshot | undefined> {
  return database
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (transaction) => {
      const thread = await transaction
        .selectFrom('threads')
        .selectAll()
        .where('thread_id', '=', threadId)
        .where('owner_id', '=', ownerId)
        .executeTakeFirst();
      if (thread === undefined) return undefined;
      const empty: Snapshot = {
        thread: toThread(thread),
        messages: [],
        last_seq: thread.last_seq,
        runs: await readOpenRuns(transaction, { ownerId, threadId }),
      };
      const page = await readMessages(transaction, {
        ownerId,
        threadId,
        limit: LIMITS.snapshotMessages,
        maxBytes: LIMITS.maxSnapshotBytes,
      });
      const messages = fitMessages(page.items, LIMITS.maxSnapshotBytes - jsonBytes(empty));
      const isCut = messages.length < page.items.length;
      const olderCursor = isCut ? cursorAt(page.places, messages.length, thread.last_seq) : page.next_cursor;
      return { ...empty, messages, ...(olderCursor === undefined ? {} : { older_cursor: olderCursor }) };
    });
}

/** The newest messages that fit. The newest of all comes without what its agent did rather than not at all. */
function fitMessages(messages: readonly Message[], maxBytes: number): Message[] {
  // For the cursor, and the addresses of results, which are made whole on their way out.
  let leftBytes = maxBytes - reservedBytes;
  const fitting: Message[] = [];
  for (const message of messages.toReversed()) {
    const { parts: _parts, ...bare } = message;
    const chosen = fitting.length > 0 || jsonBytes(message) <= leftBytes ? message : bare;
    const bytes = jsonBytes(chosen) + 1;
    if (bytes > leftBytes) break;
    leftBytes -= bytes;
    fitting.push(chosen);
  }
  return fitting.reverse();
}

const reservedBytes = 16 * 1024;

/** Everything before the oldest message that is shown; without one, everything. */
function cursorAt(places: readonly number[], shown: number, lastSeq: number): string {
  return String(shown === 0 ? lastSeq + 1 : places.at(-shown));
}

async function readOpenRuns(
  transaction: DatabaseTransaction,
  of: { ownerId: string; threadId: string },
): Promise<OpenRun[]> {
  const runs = await transaction
    .selectFrom('runs')
    .selectAll()
    .where('thread_id', '=', of.threadId)
    .where('owner_id', '=', of.ownerId)
    .where('status', 'in', OPEN_STATUSES)
    .orderBy('start_seq')
    .limit(LIMITS.snapshotRuns)
    .execute();
  const open: OpenRun[] = [];
  for (const run of runs) {
    // A queued run has said nothing yet.
    const parts = run.status === 'queued' ? [] : await readRunParts(transaction, run);
    const tools = parts.flatMap((part) => (part.type === 'tool' && part.ok === undefined ? [part] : []));
    const text = textOfParts(parts);
    open.push({
      run_id: run.run_id,
      status: run.status,
      agent: run.agent,
      message_id: run.message_id,
      text,
      open_tools: tools.map(({ tool_call_id, tool_name, arguments: given, purpose }) => ({
        tool_call_id,
        tool_name,
        arguments: given,
        ...(purpose === undefined ? {} : { purpose }),
      })),
      open_approvals: [],
      ...(jsonBytes(text) > maxRepeatedTextBytes ? {} : { parts: [...parts] }),
    });
  }
  return open;
}
