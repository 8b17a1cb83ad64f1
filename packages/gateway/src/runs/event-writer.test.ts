import { type EventBody, LIMITS } from '@netra/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createEventWriter } from './event-writer.ts';
import type { TranscriptEntry } from './transcript.ts';

function text(delta: string, reset = false): TranscriptEntry {
  const data = { message_id: 'msg_1', delta };
  return { body: { type: 'agent_message', data: reset ? { ...data, reset: true } : data } };
}

const tool: TranscriptEntry = {
  body: { type: 'tool_executing', data: { tool_call_id: 'call_1', tool_name: 'look', arguments: {} } },
};

function deltasOf(batch: EventBody[]): string[] {
  return batch.map((body) => (body.type === 'agent_message' ? body.data.delta : body.type));
}

function setUp(append?: (entries: TranscriptEntry[]) => Promise<boolean>) {
  const batches: EventBody[][] = [];
  const broken: unknown[] = [];
  const writer = createEventWriter({
    append:
      append ??
      (async (entries) => {
        batches.push(entries.map(({ body }) => body));
        return true;
      }),
    onBroken: (cause) => broken.push(cause),
    now: () => Date.now(),
  });
  return { writer, batches, broken };
}

test('the first delta goes at once, the next ones together after the window', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { writer, batches } = setUp();
  await writer.push([text('a')]);
  expect(batches.map(deltasOf)).toEqual([['a']]);
  await writer.push([text('b')]);
  await vi.advanceTimersByTimeAsync(20);
  await writer.push([text('c')]);
  expect(batches).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(20);
  expect(batches.map(deltasOf)).toEqual([['a'], ['bc']]);
});

test('a delta is urgent after a pause, and not where others wait for a timer that is late', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const urgent: boolean[] = [];
  const append = async (_entries: TranscriptEntry[], { isUrgent }: { isUrgent: boolean }) => {
    urgent.push(isUrgent);
    return true;
  };
  const writer = createEventWriter({ append, onBroken: () => undefined, now: () => Date.now() });
  await writer.push([text('first')]);
  await vi.advanceTimersByTimeAsync(1);
  await writer.push([text('waits')]);
  vi.setSystemTime(Date.now() + 60);
  await writer.push([text('comes before the timer')]);
  await vi.advanceTimersByTimeAsync(200);
  await writer.push([text('after a pause')]);
  await vi.advanceTimersByTimeAsync(1);
  expect(urgent).toEqual([true, false, true]);
});

test('anything else goes at once and takes the deltas before it along', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { writer, batches } = setUp();
  await writer.push([text('a')]);
  await vi.advanceTimersByTimeAsync(1);
  await writer.push([text('b')]);
  await writer.push([tool, text('c')]);
  await vi.advanceTimersByTimeAsync(1);
  expect(batches.map(deltasOf)).toEqual([['a'], ['b', 'tool_executing', 'c']]);
});

test('the first words of an answer do not wait for the window that a tool began', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { writer, batches } = setUp();
  await writer.push([tool]);
  await writer.push([text('a')]);
  await vi.advanceTimersByTimeAsync(0);
  expect(batches.map(deltasOf)).toEqual([['tool_executing'], ['a']]);
});

test('a reset is never merged into what it discards', async () => {
  const { writer } = setUp();
  await writer.push([text('a')]);
  await writer.push([text('b'), text('c', true), text('d')]);
  const rest = await writer.drain();
  expect(deltasOf(rest.map(({ body }) => body))).toEqual(['b', 'cd']);
});

test('a long delta is cut between characters, and its reset stays with the first piece', async () => {
  const { writer } = setUp();
  await writer.push([text('first')]);
  const long = `x${'😀'.repeat(9_000)}`;
  await writer.push([text(long, true)]);
  const rest = (await writer.drain()).map(({ body }) => body);
  const deltas = deltasOf(rest);
  expect(deltas.join('')).toBe(long);
  expect(deltas.length).toBeGreaterThan(1);
  for (const delta of deltas) expect(Buffer.from(delta).toString()).toBe(delta);
  expect(rest.map((body) => body.type === 'agent_message' && body.data.reset === true)).toEqual([
    true,
    ...deltas.slice(1).map(() => false),
  ]);
});

test('no delta is larger than a frame may be, said at once or merged, in thoughts as in the answer', async () => {
  const { writer, batches } = setUp();
  const think = (words: string): TranscriptEntry => ({
    body: { type: 'agent_thinking', data: { text: words } },
  });
  await writer.push(Array.from({ length: 200 }, () => text('é'.repeat(400))));
  await writer.push(Array.from({ length: 200 }, () => think('é'.repeat(400))));
  await writer.push([think('é'.repeat(40_000))]);
  const rest = (await writer.drain()).map(({ body }) => body);
  const bodies = [...batches.flat(), ...rest];
  const sizes = bodies.map((body) =>
    Buffer.byteLength(
      body.type === 'agent_message' ? body.data.delta : 'text' in body.data ? (body.data.text ?? '') : '',
    ),
  );
  expect(sizes.reduce((sum, size) => sum + size)).toBe(2 * (2 * 200 * 400 + 40_000));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMITS.maxDeltaBytes);
  expect(sizes.length).toBeLessThan(60);
});

test('a batch that cannot be stored ends the writer', async () => {
  const failure = new Error('no database');
  const { writer, broken } = setUp(() => Promise.reject(failure));
  await writer.push([tool]);
  await writer.drain();
  expect(broken).toEqual([failure]);
});

test('an agent whose tools return more than may wait has to wait for the database', async () => {
  let store = (): void => undefined;
  const { writer } = setUp(() => new Promise((resolve) => (store = () => resolve(true))));
  await writer.push([tool]);
  const result: TranscriptEntry = {
    body: {
      type: 'tool_completed',
      data: { tool_call_id: 'call_1', tool_name: 'look', ok: true, duration_ms: 1 },
    },
    largeResult: { toolCallId: 'call_1', body: '""', bytes: 2 * 1024 * 1024 },
  };
  let isThrough = false;
  const pushed = writer.push([result])?.then(() => {
    isThrough = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isThrough).toBe(false);
  store();
  await new Promise((resolve) => setImmediate(resolve));
  store();
  await pushed;
});
