import type { MessageAck, ThreadEvent, Usage } from '@netra/protocol';

/** What a run came to. */
export interface RunResult {
  readonly runId: string;
  readonly messageId: string;
  readonly text: string;
  readonly usage?: Usage;
  readonly durationMs?: number;
}

/**
 * One message on its way, and the agent's work on it.
 * Iterating gives the events of this run, once each and in order, until the one that ends it; one reader per run.
 */
export interface Run extends AsyncIterable<ThreadEvent> {
  /** The client's id of the message; sending it again is harmless. */
  readonly id: string;
  /** Set once the message is accepted. */
  readonly runId: string | undefined;
  /** Settles when the server has durably stored the message. Rejects with a `NetraError`. */
  readonly accepted: Promise<MessageAck>;
  /** The answer. Rejects with a `NetraError`: the code of `agent_failed`, or `run_cancelled`. */
  result(): Promise<RunResult>;
  /** Takes an unsent message back, or asks the server to stop the run. Resolves when that is done or settled already. */
  cancel(): Promise<void>;
}
