import type { Agent } from '@netra/agent';
import type { Logger } from '@netra/service';
import type { EventBus } from '../bus/event-bus.ts';
import type { Database } from '../event-log/database.ts';
import type { FeedSource } from '../event-log/feed.ts';
import type { GroupAppend } from '../event-log/group-append.ts';
import type { SerialQueues } from '../event-log/serial-queues.ts';
import { within } from '../within.ts';
import { createCaretaker } from './caretaker.ts';
import { type Claimant, type Claimed, claimNext, takeOver } from './claim.ts';
import { type Execution, type Halt, startExecution } from './execution.ts';
import { type History, readHistory } from './history.ts';
import { hasQueue, type Orphan } from './leases.ts';
import { createRoom } from './room.ts';
import { createRunStore } from './run-store.ts';
import type { SteeringMessage } from './steering.ts';

export interface RunTimings {
  /** A run whose process is silent for this long is taken over. */
  leaseMs: number;
  heartbeatMs: number;
  sweepMs: number;
  /** The longest that a run may take. */
  runTimeoutMs: number;
}

export const RUN_TIMINGS: RunTimings = {
  leaseMs: 5_000,
  heartbeatMs: 1_500,
  sweepMs: 1_000,
  runTimeoutMs: 10 * 60_000,
};

export interface RunnerOptions {
  database: Database;
  queues: SerialQueues;
  groupAppend: GroupAppend;
  feed: FeedSource;
  bus: EventBus;
  agents: ReadonlyMap<string, Agent>;
  nodeId: string;
  timings: RunTimings;
  log: Logger;
  now: () => number;
}

/** Executes runs on this process, and looks after those of processes that died. */
export interface Runner {
  /** What a post needs to claim a run in its own transaction. */
  claimant(): Claimant;
  /** Executes a run that was claimed and whose `agent_started` was delivered. `history` spares a query where it is known. */
  execute(claimed: Claimed, history?: History): void;
  /** Ends the cancelled runs in the queue of a thread, and goes on with the queue where nobody works on it. */
  startNext(thread: { ownerId: string; threadId: string }): Promise<void>;
  /** Halts a run, on whichever process it is executed. */
  cancel(runId: string, by: Extract<Halt, { kind: 'cancelled' }>['by']): void;
  steer(runId: string, message: SteeringMessage): void;
  count(): number;
  start(): Promise<void>;
  /** Takes no more runs, gives those here `graceMs` to end, then lets go of the rest. */
  stop(graceMs: number): Promise<void>;
}

export function createRunner(options: RunnerOptions): Runner {
  const { database, queues, groupAppend, feed, bus, agents, nodeId, timings, log, now } = options;
  const executions = new Map<string, Execution>();
  const room = createRoom();
  const stopping = new AbortController();
  /** Ends after the last execution: those that use their grace still need their leases. */
  const stopped = new AbortController();
  const store = createRunStore({ database, queues, groupAppend, feed, nodeId, now });

  const claimant = (): Claimant => ({
    nodeId,
    leaseMs: timings.leaseMs,
    nowMs: now(),
    modelOf: (name) => agents.get(name)?.modelName ?? name,
    canRestart: (name) => agents.get(name)?.onInterrupt === 'restart',
    hasRoomFor: (ownerId) => !stopping.signal.aborted && room.hasPlaceFor(ownerId),
  });

  const execute = (claimed: Claimed, history?: History): void => {
    const { run } = claimed;
    const execution = startExecution({
      ...claimed,
      agent: agents.get(run.agent),
      timeoutMs: timings.runTimeoutMs,
      now,
      log,
      readHistory: () => (history === undefined ? readHistory(database, run) : Promise.resolve(history)),
      append: (entries, { isUrgent }) => store.append(claimed, entries, { isUrgent }),
      settle: (request) => store.settle(request),
      release: (entries) => store.release(claimed, entries),
    });
    executions.set(run.run_id, execution);
    const place = room.enter(run.owner_id);
    // Cancelled while it was taken from the queue, when nobody executed it yet.
    if (run.cancel_by !== null) execution.halt({ kind: 'cancelled', by: run.cancel_by });
    const thread = { ownerId: run.owner_id, threadId: run.thread_id };
    void execution.done.then(() => {
      executions.delete(run.run_id);
      place.leave();
      return startNext(thread);
    });
  };

  const startNext = async (thread: { ownerId: string; threadId: string }): Promise<void> => {
    try {
      if (!(await hasQueue(database, thread.threadId))) return;
      await queues.run(thread.threadId, async () => {
        const { events, claimed } = await database
          .transaction()
          .execute((transaction) => claimNext(transaction, thread, claimant()));
        if (events.length > 0) feed.deliver(thread.ownerId, thread.threadId, events);
        if (claimed !== undefined) execute(claimed);
      });
    } catch (cause) {
      log.warn(
        { err: cause, thread_id: thread.threadId },
        'runs: could not start the next run, the sweep will',
      );
    }
  };

  const takeOverOrphan = async (orphan: Orphan): Promise<void> => {
    // Its user may have as many here already: it runs since before, and most often only has to be ended.
    if (stopping.signal.aborted || room.isFull()) return;
    // Our own run with a lease that ended: this process was held up. Its execution still has the fence.
    if (executions.has(orphan.run_id)) return;
    const { run_id: runId, thread_id: threadId, owner_id: ownerId } = orphan;
    await queues.run(threadId, async () => {
      const taken = await database
        .transaction()
        .execute((transaction) => takeOver(transaction, { runId, threadId }, claimant()));
      if (taken === undefined) return;
      log.info({ run_id: runId, is_restart: 'claimed' in taken }, 'runs: took over a run');
      feed.deliver(ownerId, threadId, taken.events);
      if ('claimed' in taken) execute(taken.claimed);
      else feed.notice(ownerId, 'thread_updated', taken.settled.thread);
    });
  };

  const steerFromTable = async (runIds: readonly string[]): Promise<void> => {
    const rows = await database
      .selectFrom('messages')
      .select(['run_id', 'message_id', 'text'])
      .where('run_id', 'in', runIds)
      .where('steering', '=', true)
      .orderBy('seq')
      .execute();
    // Those that it knows change nothing.
    for (const { run_id, message_id, text } of rows)
      executions.get(run_id)?.steer([{ messageId: message_id, text }]);
  };

  const warn = (cause: unknown): void =>
    log.warn({ err: cause }, 'runs: housekeeping failed, will try again');

  const caretaker = createCaretaker({
    database,
    nodeId,
    timings,
    executing: () => [...executions.keys()],
    crowdedOut: () => room.crowdedOut(),
    halt: (runId, reason) => executions.get(runId)?.halt(reason),
    steer: steerFromTable,
    takeOver: takeOverOrphan,
    startNext,
    onFailed: warn,
  });

  bus.listen((message) => {
    if (message.kind === 'cancel')
      executions.get(message.run_id)?.halt({ kind: 'cancelled', by: message.by });
    else if (message.kind === 'steer' && executions.has(message.run_id))
      steerFromTable([message.run_id]).catch(warn);
  });

  return {
    claimant,
    execute,
    startNext,
    cancel(runId, by) {
      const execution = executions.get(runId);
      if (execution === undefined) bus.publish({ kind: 'cancel', run_id: runId, by });
      else execution.halt({ kind: 'cancelled', by });
    },
    steer(runId, message) {
      const execution = executions.get(runId);
      if (execution === undefined) bus.publish({ kind: 'steer', run_id: runId });
      else execution.steer([message]);
    },
    count: () => executions.size,
    start: () => caretaker.start({ sweeping: stopping.signal, beating: stopped.signal }),
    async stop(graceMs) {
      const ended = (): Promise<unknown> => Promise.all([...executions.values()].map(({ done }) => done));
      stopping.abort();
      await within(ended(), graceMs);
      for (const execution of executions.values()) execution.halt({ kind: 'released' });
      await ended();
      stopped.abort();
    },
  };
}
