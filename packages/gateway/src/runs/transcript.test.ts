import type { AgentEvent } from '@netra/agent';
import { type EventBody, eventDataSchemas } from '@netra/protocol';
import { expect, test } from 'vitest';
import { createTranscript, type TranscriptEntry } from './transcript.ts';

function setUp() {
  const transcript = createTranscript({ runId: 'run_1', messageId: 'msg_1', now: () => 1_000 });
  const take = (...events: AgentEvent[]): EventBody[] =>
    bodiesOf(events.flatMap((event) => transcript.take(event)));
  return { transcript, take };
}

function bodiesOf(entries: TranscriptEntry[]): EventBody[] {
  for (const { body } of entries) expect(eventDataSchemas[body.type].safeParse(body.data).success).toBe(true);
  return entries.map(({ body }) => body);
}

function executing(toolCallId: string, given: Record<string, unknown> = {}): AgentEvent {
  return { type: 'tool_executing', toolCallId, toolName: 'look', arguments: given };
}

function completed(toolCallId: string, result?: unknown): AgentEvent {
  return { type: 'tool_completed', toolCallId, toolName: 'look', ok: true, result, durationMs: 1 };
}

function callIdOf(body: EventBody | undefined): string | undefined {
  return body?.type === 'tool_executing' || body?.type === 'tool_completed'
    ? body.data.tool_call_id
    : undefined;
}

test.each([
  ['used before', 'call_1'],
  ['too long', 'x'.repeat(65)],
  ['not for the wire', 'call with spaces'],
])('a call id that is %s gets one of its own, at its start and at its end', (_name, id) => {
  const { take } = setUp();
  take(executing('call_1'), completed('call_1'));
  const [start, end] = take(executing(id), completed(id));
  expect(callIdOf(start)).not.toBe(id);
  expect(callIdOf(end)).toBe(callIdOf(start));
});

test('two open calls of one name both end', () => {
  const { take, transcript } = setUp();
  const started = take(executing('call_1'), executing('call_1'));
  const ended = [
    ...take(completed('call_1')),
    ...bodiesOf(transcript.closeTools({ code: 'run_timeout', detail: 'Too late.' })),
  ];
  expect(new Set(ended.map(callIdOf))).toEqual(new Set(started.map(callIdOf)));
  expect(ended).toHaveLength(2);
});

test('an end without a start, or a second one, is not told', () => {
  const { take, transcript } = setUp();
  expect(take(completed('call_1'))).toEqual([]);
  take(executing('call_1'), completed('call_1'));
  expect(take(completed('call_1'))).toEqual([]);
  expect(transcript.closeTools({ code: 'tool_failed', detail: 'x' })).toEqual([]);
});

test('a result that is not JSON fails the call, not the run', () => {
  const { take } = setUp();
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  expect(take(executing('call_1'), completed('call_1', circular))[1]).toMatchObject({
    data: { ok: false, error: { code: 'tool_failed' } },
  });
});

test('the text is what came since the last reset', () => {
  const { take, transcript } = setUp();
  take({ type: 'message', delta: 'wrong' }, { type: 'message', delta: 'ri\u0000', reset: true });
  expect(take({ type: 'message', delta: '' }, { type: 'thinking', text: '' })).toEqual([]);
  take({ type: 'message', delta: 'ght' });
  expect(transcript.text()).toBe('right');
});
