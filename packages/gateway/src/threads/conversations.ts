import type { Agent } from '@netra/agent';
import { newId } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { Pool } from 'pg';
import type { EventBus } from '../bus/event-bus.ts';
import { createPostgresBus } from '../bus/postgres-bus.ts';
import { appendToRun } from '../event-log/append.ts';
import { openDatabase } from '../event-log/database.ts';
import { sweepDeleted } from '../event-log/deleted-threads.ts';
import { createFeed, type Feed } from '../event-log/feed.ts';
import { createGroupAppend, type GroupAppend } from '../event-log/group-append.ts';
import { type EventRetention, pruneEvents } from '../event-log/prune.ts';
import { createSerialQueues } from '../event-log/serial-queues.ts';
import { watchLogOrigin } from '../event-log/watch-log-origin.ts';
import type { DurationHistogram } from '../metrics/duration-histogram.ts';
import type { FeedMetrics, Metrics } from '../metrics/metrics.ts';
import { repeat } from '../repeat.ts';
import { createRunner, RUN_TIMINGS, type RunTimings } from '../runs/runner.ts';
import { createRuns, type Runs } from '../runs/runs.ts';
import { sweepKeys } from './idempotency.ts';
import { createPost } from './post.ts';
import { createThreads, type Threads } from './threads.ts';

const keySweepMs = 10 * 60_000;
const deletedSweepMs = 60_000;
const pruneMs = 60 * 60_000;
/** Far more than a client that comes back needs: what is further behind gets a snapshot anyway. */
const RETENTION: EventRetention = { maxAgeMs: 30 * 24 * 60 * 60_000, maxEvents: 50_000 };

export interface ConversationsOptions {
  /** A pool whose search_path is the gateway's schema, already migrated. */
  pool: Pool;
  agents: Agent[];
  /** Name of the agent that answers where neither message nor thread names one. */
  defaultAgent: string;
  /** What the addresses of large results are built on. */
  publicUrl: string;
  metrics?: FeedMetrics & Pick<Metrics, 'appends'>;
  log: Logger;
  now?: () => number;
  /** For tests; the defaults are `RUN_TIMINGS`. */
  timings?: Partial<RunTimings>;
  /** Every thread has a new epoch, while this process was running: its readers are to come back and resume. */
  onLogRenewed?: () => void;
  /** What this process calls itself, in leases of runs. */
  nodeId?: string;
  /** How much of each thread's log is kept. Default 30 days, 50,000 events. */
  retention?: Partial<EventRetention>;
}

/** Threads, the runs in them, and the feed of their events: the gateway's whole data side. */
export interface Conversations {
  threads: Threads;
  runs: Runs;
  feed: Feed;
  /** What this process tells the others. */
  bus: EventBus;
  /** Resolves when the bus listens and the first sweep for orphaned runs is done. */
  start(): Promise<void>;
  /**
   * Gives runs up to `graceMs` to end, hands the rest over to whichever process sweeps next, and closes the bus: not
   * before `lastWords`, of whoever still has something to tell the other processes.
   */
  stop(options: { graceMs: number; lastWords?: Promise<void> }): Promise<void>;
}

/** Builds the data side; nothing runs before `start()`. */
export function createConversations(options: ConversationsOptions): Conversations {
  const { pool, metrics, log, now = Date.now, defaultAgent, publicUrl } = options;
  const agents = new Map(options.agents.map((agent) => [agent.name, agent]));
  if (!agents.has(defaultAgent))
    throw new TypeError(`defaultAgent names none of the agents: ${defaultAgent}`);
  const database = openDatabase(pool);
  const bus = createPostgresBus({ pool, log, now });
  const queues = createSerialQueues();
  const feed = createFeed({ database, bus, queues, publicUrl, metrics, log, now });
  const timings = { ...RUN_TIMINGS, ...options.timings };
  const runner = createRunner({
    database,
    queues,
    groupAppend: timed(
      createGroupAppend({ pool, appendAlone: (request) => appendToRun(database, request) }),
      metrics?.appends,
    ),
    feed,
    bus,
    agents,
    nodeId: options.nodeId ?? newId('nod'),
    timings,
    log,
    now,
  });
  const post = createPost({ database, queues, feed, runner, agents, defaultAgent, log, now });
  const stopping = new AbortController();
  const retention = { ...RETENTION, ...options.retention };
  const prune = async (): Promise<void> => {
    const events = await pruneEvents(database, { ...retention, nowMs: now() });
    if (events > 0) log.info({ events }, 'threads: old events pruned');
  };

  const origin = watchLogOrigin({
    database,
    bus,
    signal: stopping.signal,
    onRenewed: options.onLogRenewed,
    log,
  });

  return {
    threads: createThreads({ database, queues, feed, runner, agents, post, publicUrl, now }),
    runs: createRuns({ database, runner }),
    feed,
    bus,
    async start() {
      await origin.start();
      await bus.start();
      await runner.start();
      repeat(() => sweepKeys(database, now()), {
        everyMs: keySweepMs,
        signal: stopping.signal,
        onFailed: (cause) =>
          log.warn({ err: cause }, 'threads: could not sweep old idempotency keys, will try again'),
      });
      repeat(() => sweepDeleted(database, now()), {
        everyMs: deletedSweepMs,
        signal: stopping.signal,
        onFailed: (cause) =>
          log.warn({ err: cause }, 'threads: could not sweep deleted threads, will try again'),
      });
      repeat(() => prune(), {
        everyMs: pruneMs,
        signal: stopping.signal,
        onFailed: (cause) => log.warn({ err: cause }, 'threads: could not prune old events, will try again'),
      });
    },
    async stop({ graceMs, lastWords }) {
      stopping.abort();
      await Promise.all([runner.stop(graceMs), lastWords]);
      await bus.stop();
    },
  };
}

function timed(groupAppend: GroupAppend, durations: DurationHistogram | undefined): GroupAppend {
  if (durations === undefined) return groupAppend;
  return {
    async append(request, options) {
      const startedAtMs = performance.now();
      const events = await groupAppend.append(request, options);
      durations.observe(performance.now() - startedAtMs);
      return events;
    },
  };
}
