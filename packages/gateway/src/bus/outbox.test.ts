import { expect, test } from 'vitest';
import type { BusMessage } from './event-bus.ts';
import { createOutbox } from './outbox.ts';

function wakeUp(thread_id: string, seq: number): BusMessage {
  return { kind: 'events', thread_id, owner_id: 'ada', seq };
}

const cancel: BusMessage = { kind: 'cancel', run_id: 'run_1', by: 'user' };

test('keeps the newest wake-up of each thread, and everything else', () => {
  const outbox = createOutbox({ now: Date.now });
  for (const message of [wakeUp('a', 1), cancel, wakeUp('b', 1), wakeUp('a', 2), cancel]) outbox.add(message);
  expect(outbox.take()).toEqual([cancel, wakeUp('b', 1), wakeUp('a', 2), cancel]);
  expect(outbox.size()).toBe(0);
});

test('what could not be sent goes first, unless something newer says the same', () => {
  const outbox = createOutbox({ now: Date.now });
  outbox.add(wakeUp('a', 3));
  outbox.restore([wakeUp('a', 2), cancel]);
  expect(outbox.take()).toEqual([cancel, wakeUp('a', 3)]);
});

test('has a bound, beyond which the others are told to look for themselves', () => {
  let nowMs = 1_000;
  const outbox = createOutbox({ now: () => nowMs++ });
  for (let index = 0; index < 10_005; index++) outbox.add(wakeUp(`thread ${index}`, 1));
  expect(outbox.size()).toBe(6);
  expect(outbox.take().slice(0, 2)).toEqual([{ kind: 'lagged', since_ms: 1_000 }, wakeUp('thread 10000', 1)]);
});

test('what could not be sent and is too much by now lagged from its own beginning', () => {
  let nowMs = 1_000;
  const outbox = createOutbox({ now: () => nowMs++ });
  outbox.add(cancel);
  const messages = outbox.take();
  for (let index = 0; index < 10_000; index++) outbox.add(wakeUp(`thread ${index}`, 1));
  outbox.restore(messages);
  outbox.add(wakeUp('one more', 1));
  expect(outbox.take()).toContainEqual({ kind: 'lagged', since_ms: 1_000 });
});
