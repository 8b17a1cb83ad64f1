import type { EventData, Run } from '@netra/protocol';
import type { Outcome } from '../threads/threads.ts';

export type CancelledBy = EventData<'agent_cancelled'>['by'];

export interface ToolResult {
  /** The JSON text of the result, as stored. */
  body: string;
  bytes: number;
  mediaType: string;
}

/** The runs of each user; a foreign or missing one is `run_unknown`. */
export interface Runs {
  get(ownerId: string, runId: string): Promise<Outcome<Run>>;
  /**
   * Asks the run to end in `agent_cancelled`, on whichever process it runs, also before its first token and in the queue.
   * Resolves when the wish is durable. A run that has ended already is `ok` too.
   */
  cancel(request: { ownerId: string; runId: string; by: CancelledBy }): Promise<Outcome<void>>;
  /** A result above 64 KiB, which travels as `result_ref` (`/v1/runs/{run_id}/tools/{tool_call_id}/result`). */
  toolResult(ownerId: string, runId: string, toolCallId: string): Promise<Outcome<ToolResult>>;
  /** Open runs of this process and of all, for `/v1/ops/status` and probes. */
  counts(): Promise<{ here: number; queued: number; running: number }>;
}
