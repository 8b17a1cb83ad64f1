import type { EventBody, MessagePart, ThreadEvent } from '@netra/protocol';
import { sql } from 'kysely';
import { appendEvents, fenceOf, type LogEntry } from '../event-log/append.ts';
import { type DatabaseTransaction, RUNNING_STATUSES } from '../event-log/database.ts';
import { readRunParts } from '../event-log/run-parts.ts';
import { cancelledEnding, failedEnding, failureBecause, toolErrorFor } from './endings.ts';
import { type RunRow, type Settled, settleRun } from './settle.ts';
import { createTranscript } from './transcript.ts';

/** Executions of one run, the first included. */
const maxAttempts = 2;

/** A run that this process holds and has to execute. */
export interface Claimed {
  run: RunRow;
  fence: string;
  /** What an earlier attempt left, with its tools closed and its text discarded. */
  parts: readonly MessagePart[];
}

/** Who claims, for how long, and what it knows of the agents. */
export interface Claimant {
  nodeId: string;
  leaseMs: number;
  nowMs: number;
  /** The model of an agent, for `agent_started`. */
  modelOf(agent: string): string;
  canRestart(agent: string): boolean;
  /** False: only the cancelled runs of the user's queues are ended. */
  hasRoomFor(ownerId: string): boolean;
}

/** When a lease taken now ends, by the clock of the database: the only one that all processes share. */
export function leaseEnd(leaseMs: number) {
  return sql<Date>`clock_timestamp() + ${leaseMs}::int * interval '1 millisecond'`;
}

export function startedEvent(agent: string, model: string): EventBody {
  return { type: 'agent_started', data: { agent, model } };
}

/**
 * Takes the next queued run of a thread that nobody runs, and ends those in its queue that were cancelled.
 * The events are stored, not delivered.
 */
export async function claimNext(
  transaction: DatabaseTransaction,
  thread: { ownerId: string; threadId: string },
  claimant: Claimant,
): Promise<{ events: ThreadEvent[]; claimed?: Claimed }> {
  const locked = await lockThread(transaction, thread.threadId);
  if (locked === undefined) return { events: [] };
  const ended = await endCancelled(transaction, thread, claimant);
  if (locked.fence !== null || !claimant.hasRoomFor(thread.ownerId)) return { events: ended };
  const next = await transaction
    .selectFrom('runs')
    .select(['run_id', 'attempt'])
    .where('thread_id', '=', thread.threadId)
    .where('status', '=', 'queued')
    .orderBy('start_seq')
    .limit(1)
    .executeTakeFirst();
  if (next === undefined) return { events: ended };
  const run = await transaction
    .updateTable('runs')
    .set({
      status: 'running',
      attempt: next.attempt + 1,
      lease_owner: claimant.nodeId,
      lease_until: leaseEnd(claimant.leaseMs),
      started_at: new Date(claimant.nowMs),
    })
    .where('run_id', '=', next.run_id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const fence = fenceOf(run.run_id, run.attempt);
  const started = await appendEvents(transaction, {
    ...thread,
    atMs: claimant.nowMs,
    entries: [entryOf(run, startedEvent(run.agent, claimant.modelOf(run.agent)))],
    fence: { expected: null, next: fence },
  });
  if (started === undefined) throw new Error('a locked thread changed its owner or its fence');
  return { events: [...ended, ...started], claimed: { run, fence, parts: [] } };
}

/** Ends the queued runs of a locked thread that somebody cancelled: started and cancelled in one breath. */
export async function endCancelled(
  transaction: DatabaseTransaction,
  thread: { ownerId: string; threadId: string },
  { nowMs, modelOf }: Claimant,
): Promise<ThreadEvent[]> {
  const at = new Date(nowMs);
  const runs = await transaction
    .updateTable('runs')
    .set({ status: 'cancelled', started_at: at, ended_at: at })
    .where('thread_id', '=', thread.threadId)
    .where('status', '=', 'queued')
    .where('cancel_by', 'is not', null)
    .returningAll()
    .execute();
  if (runs.length === 0) return [];
  const entries = runs.flatMap((run) => [
    entryOf(run, startedEvent(run.agent, modelOf(run.agent))),
    entryOf(run, cancelledEnding({ run, text: '', nowMs }, run.cancel_by ?? 'system').event),
  ]);
  return (await appendEvents(transaction, { ...thread, atMs: nowMs, entries, touch: true })) ?? [];
}

export type TakenOver = { events: ThreadEvent[] } & ({ claimed: Claimed } | { settled: Settled });

/**
 * Takes over a run whose process died or let go: executes it again where the agent allows that and the run has
 * attempts left, ends it otherwise. Undefined when somebody else was faster, or its process is alive after all.
 */
export async function takeOver(
  transaction: DatabaseTransaction,
  orphan: { runId: string; threadId: string },
  claimant: Claimant,
): Promise<TakenOver | undefined> {
  if ((await lockThread(transaction, orphan.threadId)) === undefined) return undefined;
  const run = await transaction
    .selectFrom('runs')
    .selectAll()
    .where('run_id', '=', orphan.runId)
    .where('status', 'in', RUNNING_STATUSES)
    .where((where) =>
      where.or([where('lease_owner', 'is', null), where('lease_until', '<', sql<Date>`clock_timestamp()`)]),
    )
    .forUpdate()
    .executeTakeFirst();
  if (run === undefined) return undefined;
  const canRestart = run.cancel_by === null && run.attempt < maxAttempts && claimant.canRestart(run.agent);
  return canRestart ? restart(transaction, run, claimant) : endStored(transaction, run, claimant);
}

async function restart(
  transaction: DatabaseTransaction,
  before: RunRow,
  { nodeId, leaseMs, nowMs }: Claimant,
): Promise<TakenOver | undefined> {
  const transcript = await readTranscript(transaction, before, nowMs);
  const toolError = toolErrorFor({ kind: 'failed', code: 'run_interrupted' });
  const entries = [...transcript.closeTools(toolError), ...transcript.reset()];
  const run = await transaction
    .updateTable('runs')
    .set({ attempt: before.attempt + 1, lease_owner: nodeId, lease_until: leaseEnd(leaseMs) })
    .where('run_id', '=', before.run_id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const fence = fenceOf(run.run_id, run.attempt);
  const events = await appendEvents(transaction, {
    ownerId: run.owner_id,
    threadId: run.thread_id,
    atMs: nowMs,
    entries: entries.map(({ body }) => entryOf(run, body)),
    fence: { expected: fenceOf(run.run_id, before.attempt), next: fence },
  });
  if (events === undefined) throw new Error('a locked thread changed its owner or its fence');
  return { events, claimed: { run, fence, parts: transcript.parts() } };
}

/** Ends a run whose thread is locked, as far as it is stored: whoever executes it finds its fence gone. */
export async function endStored(
  transaction: DatabaseTransaction,
  run: RunRow,
  { nowMs }: Pick<Claimant, 'nowMs'>,
): Promise<{ events: ThreadEvent[]; settled: Settled } | undefined> {
  const transcript = await readTranscript(transaction, run, nowMs);
  const by = run.cancel_by;
  const toolError = toolErrorFor(
    by === null ? { kind: 'failed', code: 'run_interrupted' } : { kind: 'cancelled', by },
  );
  const entries = transcript.closeTools(toolError);
  const context = { run, text: transcript.text(), nowMs };
  const settled = await settleRun(transaction, {
    run,
    fence: fenceOf(run.run_id, run.attempt),
    atMs: nowMs,
    entries,
    ending:
      by === null ? failedEnding(context, failureBecause('run_interrupted')) : cancelledEnding(context, by),
    text: context.text,
    parts: transcript.parts(),
    usage: undefined,
    takenSteering: [],
  });
  return settled === undefined ? undefined : { events: settled.events, settled };
}

/** Locked before it is read, so that the process that lost the run cannot add to what is read. */
export function lockThread(transaction: DatabaseTransaction, threadId: string) {
  return transaction
    .selectFrom('threads')
    .select('fence')
    .where('thread_id', '=', threadId)
    .forUpdate()
    .executeTakeFirst();
}

async function readTranscript(transaction: DatabaseTransaction, run: RunRow, nowMs: number) {
  const parts = await readRunParts(transaction, run);
  return createTranscript({ runId: run.run_id, messageId: run.message_id, now: () => nowMs, parts });
}

function entryOf(run: RunRow, body: EventBody): LogEntry {
  return { runId: run.run_id, agent: run.agent, body };
}
