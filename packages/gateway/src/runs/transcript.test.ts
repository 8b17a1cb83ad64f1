import type { AgentEvent } from '@netra/agent';
import { type EventBody, eventDataSchemas, LIMITS } from '@netra/protocol';
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

test.each([
  ['megabytes', { text: 'x'.repeat(2_000_000) }],
  ['what cannot be written as JSON', { size: 1n }],
])('arguments of %s are left out of the event, which says so', (_name, given) => {
  const { take } = setUp();
  expect(take(executing('call_1', given))[0]?.data).toMatchObject({ arguments: {}, truncated: true });
  expect(take(executing('call_2', { text: 'x' }))[0]?.data).not.toHaveProperty('truncated');
});

test('names, purposes and errors of calls are cut to what a line can show', () => {
  const { take } = setUp();
  const long = 'n'.repeat(100_000);
  const error = { code: 'tool_failed', detail: long } as const;
  const bodies = take(
    { type: 'tool_executing', toolCallId: 'call_1', toolName: long, arguments: {}, purpose: long },
    { type: 'tool_completed', toolCallId: 'call_1', toolName: long, ok: false, error, durationMs: 1 },
  );
  for (const body of bodies) expect(JSON.stringify(body).length).toBeLessThan(3 * LIMITS.maxToolTextChars);
});

test('an answer is full at its longest, to the byte of its JSON, and takes nothing more', () => {
  const { take, transcript } = setUp();
  take({ type: 'message', delta: '"'.repeat(LIMITS.maxAnswerBytes / 2 - 2) });
  expect(transcript.isFull()).toBe(false);
  expect(take({ type: 'message', delta: '"😀"' })).toMatchObject([{ data: { delta: '"' } }]);
  expect(transcript.isFull()).toBe(true);
  expect(take({ type: 'message', delta: 'more' })).toEqual([]);
  expect(transcript.text()).toBe('"'.repeat(LIMITS.maxAnswerBytes / 2 - 1));
});

test('an answer that is discarded again and again is full at last', () => {
  const { take, transcript } = setUp();
  let rounds = 0;
  for (; !transcript.isFull(); rounds++) {
    expect(rounds).toBeLessThan(10);
    take({ type: 'message', delta: 'x'.repeat(LIMITS.maxAnswerBytes - 100), reset: true });
  }
  expect(rounds).toBe(5);
});

test('what is kept of a run that thinks on and on stays bounded', () => {
  const { take, transcript } = setUp();
  for (let step = 0; step < 1_000; step++) take({ type: 'thinking', text: 't'.repeat(5_000), step });
  expect(JSON.stringify(transcript.parts()).length).toBeLessThan(LIMITS.maxPartsBytes + 1_000);
});

test('the text is what came since the last reset', () => {
  const { take, transcript } = setUp();
  take({ type: 'message', delta: 'wrong' }, { type: 'message', delta: 'ri\u0000', reset: true });
  expect(take({ type: 'message', delta: '' }, { type: 'thinking', text: '' })).toEqual([]);
  take({ type: 'message', delta: 'ght' });
  expect(transcript.text()).toBe('right');
});
