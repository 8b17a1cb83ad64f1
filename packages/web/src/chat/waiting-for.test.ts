import type { ActiveRun, ThreadState } from '@netra/client';
import type { MessagePart } from '@netra/protocol';
import { expect, test } from 'vitest';
import { answer } from '../testing/message-views.ts';
import { waitingFor } from './waiting-for.ts';

const calm = { isConnected: true, isStopping: false };
const tool: MessagePart = {
  type: 'tool',
  tool_call_id: 'call_1',
  tool_name: 'search_docs',
  arguments: {},
};

function stateWith(status: ActiveRun['status'] | undefined, parts: readonly MessagePart[] = []): ThreadState {
  const run = status === undefined ? undefined : { runId: 'run_1', status, agent: 'guide' };
  return {
    messages: [
      answer('a0', { runId: 'run_0' }),
      answer('a1', { runId: 'run_1', status: 'streaming', parts }),
    ],
    openRuns: run === undefined ? [] : [run],
    ...(run === undefined ? {} : { activeRun: run }),
    loading: false,
    hasOlder: false,
    loadingOlder: false,
  };
}

test('nothing is waited for when no run is open', () => {
  expect(waitingFor(stateWith(undefined), calm)).toBeUndefined();
});

test.each<[string, ActiveRun['status'], MessagePart[], string]>([
  ['a queued run', 'queued', [], 'Waiting for the agent to take up your message'],
  ['a run without a word', 'running', [], 'Waiting for the first words of the agent'],
  ['a thought', 'running', [{ type: 'thinking', text: 'Hm.' }], 'The agent is thinking'],
  ['an open tool call', 'running', [tool], 'Waiting for the result of search_docs'],
  ['a finished tool call', 'running', [{ ...tool, ok: true }], 'The agent is reading the result'],
  ['text', 'running', [tool, { type: 'text', text: 'You' }], 'The agent is writing'],
  ['an approval', 'waiting_approval', [tool], 'The agent waits for an approval'],
])('says what comes next after %s', (_name, status, parts, words) => {
  expect(waitingFor(stateWith(status, parts), calm)).toBe(words);
});

test('a lost connection comes before everything else, then stopping', () => {
  const state = stateWith('running', [tool]);
  expect(waitingFor(state, { isConnected: false, isStopping: true })).toMatch(/connection/);
  expect(waitingFor(state, { isConnected: true, isStopping: true })).toMatch(/to stop/);
});
