import type { Agent } from '@netra/agent';
import type { Logger } from '@netra/service';
import type { Pool } from 'pg';
import type { Feed } from '../event-log/feed.ts';
import type { Runs } from '../runs/runs.ts';
import type { Threads } from './threads.ts';

export interface ConversationsOptions {
  /** A pool whose search_path is the gateway's schema, already migrated. */
  pool: Pool;
  agents: Agent[];
  /** Name of the agent that answers where neither message nor thread names one. */
  defaultAgent: string;
  log: Logger;
  now?: () => number;
}

/** Threads, the runs in them, and the feed of their events: the gateway's whole data side. */
export interface Conversations {
  threads: Threads;
  runs: Runs;
  feed: Feed;
  /** Resolves when the bus listens and the first sweep for orphaned runs is done. */
  start(): Promise<void>;
  /** Gives runs up to `graceMs` to end, hands the rest over to whichever process sweeps next, and closes the bus. */
  stop(options: { graceMs: number }): Promise<void>;
}

/** Builds the data side; nothing runs before `start()`. */
export function createConversations(_options: ConversationsOptions): Conversations {
  throw new Error('not built yet');
}
