import type { ThreadState } from '@netra/client';

/** What the reader is waiting for at the end of the chat, in words; undefined when the screen shows it by itself. */
export function waitingFor(
  { activeRun, messages }: ThreadState,
  { isConnected, isStopping }: { isConnected: boolean; isStopping: boolean },
): string | undefined {
  if (activeRun === undefined) return undefined;
  if (!isConnected) return 'Waiting for the connection to show the rest of the answer';
  if (isStopping) return 'Waiting for the agent to stop';
  if (activeRun.status === 'waiting_approval') return 'The agent waits for an approval';
  const answer = messages.findLast(({ role, runId }) => role === 'agent' && runId === activeRun.runId);
  if (activeRun.status === 'queued') return 'Waiting for the agent to take up your message';
  const last = answer?.parts.at(-1);
  if (last === undefined) return 'Waiting for the first words of the agent';
  if (last.type === 'text') return 'The agent is writing';
  if (last.type === 'thinking') return 'The agent is thinking';
  return last.ok === undefined
    ? `Waiting for the result of ${last.tool_name}`
    : 'The agent is reading the result';
}
