import type { Overlap } from '@netra/protocol';
import type { Run } from './run.ts';
import type { Store } from './store.ts';
import type { ThreadState } from './thread-state.ts';

export interface SendOptions {
  /** What happens while a run of the thread is open. Default `enqueue`. */
  readonly overlap?: Overlap;
  /** Name of the agent. Default: the thread's, then the server's. */
  readonly agent?: string;
}

/**
 * One conversation. It is live while somebody listens or a run of ours is open; state is kept in between.
 * A draft has no `threadId` until its first message is accepted.
 */
export interface Thread extends Store<ThreadState> {
  readonly threadId: string | undefined;
  /** Shows the message at once and sends it as soon as there is a connection. */
  send(text: string, options?: SendOptions): Run;
  /** Sends a failed message of ours again, as a new one. Undefined when `key` is no such message. */
  retry(key: string): Run | undefined;
  /** Stops the run that is under way, whoever started it. */
  cancel(): Promise<void>;
  /** Reads the page of messages before the first one. Does nothing when there is none. */
  loadOlder(): Promise<void>;
}
