import type { ThreadEvent } from '@netra/protocol';
import { expect, test } from 'vitest';
import { EncodedFrame } from '../connections/encoded-frame.ts';
import { placeEvent } from './event-rows.ts';
import { createReaders, type Readers } from './readers.ts';
import { createSerialQueues } from './serial-queues.ts';

const THREAD = { ownerId: 'ada', threadId: 'thr_1' };

/** The table of one thread: events from `oldestSeq` on, the rest was pruned. */
function tableOf(lastSeq: number) {
  const table = { oldestSeq: 1, lastSeq };
  const reads: number[] = [];
  const queues = createSerialQueues();
  const readers = createReaders({
    encode: (event) => new EncodedFrame(JSON.stringify(event)),
    read: async ({ afterSeq, limit }) => {
      reads.push(limit);
      const first = Math.max(afterSeq + 1, table.oldestSeq);
      const count = Math.min(limit, table.lastSeq - first + 1);
      return Array.from({ length: Math.max(0, count) }, (_, index) => eventAt(first + index));
    },
    serialise: (threadId, task) => queues.run(threadId, task),
    onReadFailed: (cause) => {
      throw cause;
    },
    onDeliverFailed: (cause) => {
      throw cause;
    },
  });
  return { table, readers, queues, reads };
}

function eventAt(seq: number): ThreadEvent {
  const body = { type: 'agent_thinking', data: { text: 'hm' } } as const;
  const place = { event_id: `evt_${seq}`, thread_id: 'thr_1', run_id: 'run_1', seq, epoch: 'epo_1' };
  return placeEvent(body, { ...place, at: new Date(seq).toISOString(), agent: 'echo' });
}

/** A reader that takes what it gets while `isReady`. */
function join(readers: Readers, nextSeq: number) {
  const seen: number[] = [];
  let wake = (): void => undefined;
  const reader = {
    seen,
    isReady: true,
    /** It is full again after each. */
    takesOne: false,
    lost: 0,
    goOn() {
      reader.isReady = true;
      wake();
    },
  };
  const subscription = readers.add({
    ...THREAD,
    nextSeq,
    deliver(_frame, event) {
      seen.push(event.seq);
      if (reader.takesOne) reader.isReady = false;
    },
    flow: {
      isReady: () => reader.isReady,
      drained: () =>
        new Promise((resolve) => {
          wake = resolve;
        }),
    },
    onLost: () => {
      reader.lost++;
    },
  });
  subscription.start();
  return reader;
}

test('a reader who waited until what it misses was pruned is told, and gets no gap and nothing twice', async () => {
  const { table, readers } = tableOf(3);
  const slow = join(readers, 1);
  await expect.poll(() => slow.seen).toEqual([1, 2, 3]);
  slow.isReady = false;
  table.lastSeq = 200;
  readers.catchUp('thr_1');
  table.oldestSeq = 101;
  await new Promise(setImmediate);
  slow.goOn();
  await expect.poll(() => slow.lost).toBe(1);
  expect(slow.seen).toEqual([1, 2, 3]);
  expect(readers.count()).toBe(0);
});

test('a reader who begins at what was pruned meanwhile is told, and the others go on', async () => {
  const { table, readers } = tableOf(100);
  const good = join(readers, 51);
  await expect.poll(() => good.seen.length).toBe(50);
  table.oldestSeq = 41;
  const late = join(readers, 11);
  await expect.poll(() => late.lost).toBe(1);
  table.lastSeq = 101;
  readers.deliver('thr_1', [eventAt(101)]);
  expect(late.seen).toEqual([]);
  expect(good.seen.at(-1)).toBe(101);
  expect(good.lost).toBe(0);
});

test('a slow reader gets no event while its post is under way: the ack of it comes first', async () => {
  const { table, readers, queues } = tableOf(3);
  const slow = join(readers, 1);
  await expect.poll(() => slow.seen).toEqual([1, 2, 3]);
  slow.isReady = false;
  table.lastSeq = 4;
  readers.catchUp('thr_1');
  await new Promise(setImmediate);
  let acknowledge = (): void => undefined;
  const posted = queues.run('thr_1', async () => {
    table.lastSeq = 5;
    await new Promise<void>((resolve) => {
      acknowledge = resolve;
    });
  });
  slow.goOn();
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  expect(slow.seen).not.toContain(5);
  acknowledge();
  await posted;
  await expect.poll(() => slow.seen).toEqual([1, 2, 3, 4, 5]);
});

test('a reader who takes one event at a time gets every one once, and nothing more is read ahead for it than it takes', async () => {
  const { table, readers, reads } = tableOf(1);
  const slow = join(readers, 1);
  await expect.poll(() => slow.seen).toEqual([1]);
  slow.isReady = false;
  table.lastSeq = 60;
  readers.catchUp('thr_1');
  slow.takesOne = true;
  for (let seq = 2; seq <= 60; seq++) {
    await new Promise(setImmediate);
    slow.goOn();
    await expect.poll(() => slow.seen.length).toBe(seq);
  }
  expect(slow.seen).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  // Of all live readers together, of this one at first, and as it takes them.
  expect(new Set(reads)).toEqual(new Set([500, 8, 2]));
});
