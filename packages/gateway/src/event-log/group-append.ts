import { newId, type ThreadEvent } from '@netra/protocol';
import type { Pool } from 'pg';
import { isoTime } from '../iso-time.ts';
import type { LogEntry } from './append.ts';
import { appendBatch, type BatchPart, type BatchPlace } from './append-batch.ts';
import { placeEvent } from './event-rows.ts';

/** What is not urgent waits this long for others to share a commit with. */
const gatherMs = 5;
/** Statements under way at a time: the next one is written while the last one is being flushed to disk. */
const maxFlights = 2;
/** With those of urgent events, when the others are under way: the first word of an answer waits for no large batch. */
const maxUrgentFlights = 4;
/** Patient ones that go along with urgent ones at most. */
const maxCompany = 32;
/** Bounds of one statement. */
const maxBatchThreads = 500;
const maxBatchBytes = 4 * 1024 * 1024;

/** Events of a run, for a thread that it holds. */
export interface RunAppend {
  ownerId: string;
  threadId: string;
  fence: string;
  atMs: number;
  entries: LogEntry[];
}

export interface GroupAppendOptions {
  pool: Pool;
  /** Appends to one thread alone, and waits for its lock. */
  appendAlone(request: RunAppend): Promise<ThreadEvent[] | undefined>;
}

/**
 * Group commit: what many runs append within a moment becomes one statement with one flush to disk.
 * At most one append of a thread may be under way; runs see to that by the thread's queue.
 */
export interface GroupAppend {
  /**
   * Resolves to undefined, with nothing stored, when the thread is gone or the fence is another's. `isUrgent` goes with
   * the next statement; otherwise the events may wait a few milliseconds for company.
   */
  append(request: RunAppend, options: { isUrgent: boolean }): Promise<ThreadEvent[] | undefined>;
}

interface Waiting {
  request: RunAppend;
  part: BatchPart;
  bytes: number;
  resolve(events: ThreadEvent[] | undefined | Promise<ThreadEvent[] | undefined>): void;
  reject(cause: unknown): void;
}

export function createGroupAppend({ pool, appendAlone }: GroupAppendOptions): GroupAppend {
  let urgent: Waiting[] = [];
  let patient: Waiting[] = [];
  let flights = 0;
  let isDue = false;
  let isPlanned = false;
  let timer: NodeJS.Timeout | undefined;

  /** Once this turn of the event loop is over: what else it brings comes along. */
  const plan = (): void => {
    if (isPlanned || !canFly()) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      if (canFly()) void fly();
    });
  };

  const canFly = (): boolean =>
    urgent.length > 0 ? flights < maxUrgentFlights : isDue && patient.length > 0 && flights < maxFlights;

  const due = (): void => {
    clearTimeout(timer);
    timer = undefined;
    isDue = true;
    plan();
  };

  const fly = async (): Promise<void> => {
    const batch = takeBatch();
    flights++;
    // Whoever found no room in it need not wait for its end: nobody else may come to remind.
    plan();
    try {
      const places = await appendBatch(
        pool,
        batch.map(({ part }) => part),
      );
      for (const [index, each] of batch.entries()) settle(each, places[index]);
    } catch (cause) {
      for (const each of batch) fail(each, cause, batch.length > 1);
    } finally {
      flights--;
      plan();
    }
  };

  const takeBatch = (): Waiting[] => {
    // Many that are due take the last flight that is theirs, and the urgent ones the next: they wait for no long statement.
    const isForDue = isDue && flights === maxFlights - 1 && patient.length > maxCompany;
    const withUrgent = urgent.length > 0 && !isForDue;
    // Some always come along, or they would wait for as long as urgent ones keep coming.
    const company = flights < maxFlights || isDue ? patient.slice(0, maxCompany) : [];
    const batch = firstOf(withUrgent ? [...urgent, ...company] : patient);
    const urgentCount = withUrgent ? Math.min(batch.length, urgent.length) : 0;
    urgent = urgent.slice(urgentCount);
    patient = patient.slice(batch.length - urgentCount);
    if (patient.length === 0) {
      isDue = false;
      clearTimeout(timer);
      timer = undefined;
    }
    return batch;
  };

  const settle = ({ request, part, resolve }: Waiting, place: BatchPlace | undefined): void =>
    resolve(place === undefined ? appendAlone(request) : placeAll(request, part, place));

  /** What one thread cannot store must not cost the others theirs; what may have been committed is not tried again. */
  const fail = ({ request, resolve, reject }: Waiting, cause: unknown, hadCompany: boolean): void => {
    if (hadCompany && wasRolledBack(cause)) resolve(appendAlone(request));
    else reject(cause);
  };

  return {
    append: (request, { isUrgent }) =>
      new Promise((resolve, reject) => {
        const part = partOf(request, isoTime(request.atMs));
        const bytes = part.events.reduce((sum, { data }) => sum + data.length, 0);
        (isUrgent ? urgent : patient).push({ request, part, bytes, resolve, reject });
        if (!isUrgent && !isDue) timer ??= setTimeout(due, gatherMs);
        plan();
      }),
  };
}

/** As many as fit into one statement, at least one. */
function firstOf(waiting: readonly Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const each of waiting.slice(0, maxBatchThreads)) {
    bytes += each.bytes;
    if (count > 0 && bytes > maxBatchBytes) break;
    count++;
  }
  return waiting.slice(0, count);
}

function partOf({ ownerId, threadId, fence, entries }: RunAppend, at: string): BatchPart {
  const events = entries.map(({ runId, agent, body }) => ({
    eventId: newId('evt'),
    runId,
    type: body.type,
    agent,
    data: JSON.stringify(body.data),
  }));
  return { ownerId, threadId, fence, at, events };
}

function placeAll({ entries }: RunAppend, part: BatchPart, { base, epoch }: BatchPlace): ThreadEvent[] {
  const { threadId, at } = part;
  return entries.map(({ runId, agent, body }, index) =>
    placeEvent(body, {
      event_id: part.events[index]?.eventId ?? '',
      thread_id: threadId,
      run_id: runId,
      seq: base + index + 1,
      epoch,
      at,
      agent,
    }),
  );
}

/** PostgreSQL said no to the statement itself. A connection that broke (also by FATAL) says nothing of the kind. */
function wasRolledBack(cause: unknown): boolean {
  return cause instanceof Error && 'severity' in cause && cause.severity === 'ERROR';
}
