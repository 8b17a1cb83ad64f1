import type { Run } from '@netra/protocol';
import { AppError } from '@netra/service';
import { ask } from './api.ts';
import type { DrillStack } from './drill-stack.ts';
import { until } from './until.ts';

interface RunRequest {
  readonly agent?: string;
  readonly text?: string;
}

/** Sends a message of a new thread; gives the id of its run. */
export async function startRun(
  { url }: Pick<DrillStack, 'url'>,
  token: string,
  { agent, text = 'Hello' }: RunRequest = {},
): Promise<string> {
  const { thread_id } = await ask<{ thread_id: string }>(url, '/v1/threads', {
    token,
    method: 'POST',
    body: {},
  });
  const { run_id } = await ask<{ run_id: string }>(url, `/v1/threads/${thread_id}/runs`, {
    token,
    method: 'POST',
    body: { text, ...(agent === undefined ? {} : { agent }) },
    headers: { 'idempotency-key': crypto.randomUUID() },
  });
  return run_id;
}

/** Waits until the run has failed, as it must. */
export async function untilFailed(
  { url }: Pick<DrillStack, 'url'>,
  token: string,
  runId: string,
): Promise<string> {
  await until(`run ${runId} to fail`, async () => {
    const { status } = await ask<Run>(url, `/v1/runs/${runId}`, { token });
    if (status === 'completed')
      throw new AppError('drill_not_refused', 'The run completed; the fault did nothing.');
    return status === 'failed' ? true : undefined;
  });
  return runId;
}

export async function failRun(stack: DrillStack, token: string, request: RunRequest = {}): Promise<string> {
  return untilFailed(stack, token, await startRun(stack, token, request));
}
