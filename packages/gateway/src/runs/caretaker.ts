import type { Database } from '../event-log/database.ts';
import { repeat } from '../repeat.ts';
import type { Halt } from './execution.ts';
import { extendLeases, findIdleQueues, findOrphans, type Orphan } from './leases.ts';
import type { RunTimings } from './runner.ts';

export interface CaretakerOptions {
  database: Database;
  nodeId: string;
  timings: RunTimings;
  /** Ids of the runs that this process executes. */
  executing(): string[];
  /** Users none of whose queues can go on here now. */
  crowdedOut(): string[];
  halt(runId: string, reason: Halt): void;
  /** Gives these runs the messages that steer them: word of one may have got lost on the bus. */
  steer(runIds: readonly string[]): Promise<void>;
  takeOver(orphan: Orphan): Promise<void>;
  startNext(thread: { ownerId: string; threadId: string }): Promise<void>;
  onFailed(cause: unknown): void;
}

/** Keeps the leases of this process, and looks for runs and queues that no process cares for. */
export interface Caretaker {
  /** Resolves after a first look. */
  start(signals: { sweeping: AbortSignal; beating: AbortSignal }): Promise<void>;
}

export function createCaretaker(options: CaretakerOptions): Caretaker {
  const { database, nodeId, timings, executing, halt, onFailed } = options;

  const sweep = async (): Promise<void> => {
    for (const orphan of await findOrphans(database)) await options.takeOver(orphan);
    for (const { thread_id, owner_id } of await findIdleQueues(database, options.crowdedOut())) {
      await options.startNext({ threadId: thread_id, ownerId: owner_id });
    }
  };

  const heartbeat = async (): Promise<void> => {
    const runIds = executing();
    if (runIds.length === 0) return;
    const held = await extendLeases(database, { nodeId, leaseMs: timings.leaseMs, runIds });
    for (const runId of runIds) {
      const cancelBy = held.get(runId);
      if (cancelBy === null) continue;
      // A run that settled meanwhile is not held either; halting it changes nothing.
      halt(runId, cancelBy === undefined ? { kind: 'lost' } : { kind: 'cancelled', by: cancelBy });
    }
    await options.steer(runIds);
  };

  return {
    async start({ sweeping, beating }) {
      await sweep();
      repeat(sweep, { everyMs: timings.sweepMs, signal: sweeping, onFailed });
      repeat(heartbeat, { everyMs: timings.heartbeatMs, signal: beating, onFailed });
    },
  };
}
