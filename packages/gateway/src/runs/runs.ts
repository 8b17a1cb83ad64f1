import { type Run, refusal } from '@netra/protocol';
import { type CancelledBy, type Database, OPEN_STATUSES } from '../event-log/database.ts';
import { isUsableId } from '../event-log/usable-id.ts';
import { toRun } from '../event-log/wire-rows.ts';
import type { Outcome } from '../threads/outcome.ts';
import type { Runner } from './runner.ts';
import { readToolResult, type ToolResult } from './tool-results.ts';

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
  /** Runs that this process executes, and the open ones of all processes: for status pages. */
  counts(): Promise<{ here: number; queued: number; running: number }>;
}

export function createRuns({ database, runner }: { database: Database; runner: Runner }): Runs {
  const unknownRun = { ok: false, refusal: refusal('run_unknown') } as const;

  const get = async (ownerId: string, runId: string): Promise<Outcome<Run>> => {
    if (!isUsableId(runId)) return unknownRun;
    const row = await database
      .selectFrom('runs')
      .selectAll()
      .where('run_id', '=', runId)
      .where('owner_id', '=', ownerId)
      .executeTakeFirst();
    return row === undefined ? unknownRun : { ok: true, value: toRun(row) };
  };

  return {
    get,
    async cancel({ ownerId, runId, by }) {
      if (!isUsableId(runId)) return unknownRun;
      const open = await database
        .updateTable('runs')
        .set(({ fn, val }) => ({ cancel_by: fn.coalesce('cancel_by', val(by)) }))
        .where('run_id', '=', runId)
        .where('owner_id', '=', ownerId)
        .where('status', 'in', OPEN_STATUSES)
        .returning(['status', 'thread_id'])
        .executeTakeFirst();
      if (open === undefined) {
        const found = await get(ownerId, runId);
        return found.ok ? { ok: true, value: undefined } : found;
      }
      if (open.status === 'queued') await runner.startNext({ ownerId, threadId: open.thread_id });
      else runner.cancel(runId, by);
      return { ok: true, value: undefined };
    },
    async toolResult(ownerId, runId, toolCallId) {
      if (!isUsableId(runId) || !isUsableId(toolCallId)) return unknownRun;
      return readToolResult(database, { ownerId, runId, toolCallId });
    },
    async counts() {
      const rows = await database
        .selectFrom('runs')
        .select(({ fn }) => ['status', fn.countAll<string>().as('count')])
        .where('status', 'in', OPEN_STATUSES)
        .groupBy('status')
        .execute();
      const countOf = (status: string): number =>
        Number(rows.find((row) => row.status === status)?.count ?? 0);
      return {
        here: runner.count(),
        queued: countOf('queued'),
        running: countOf('running') + countOf('waiting_approval'),
      };
    },
  };
}
