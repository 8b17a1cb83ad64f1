import { expect, test } from 'vitest';
import type { BusMessage } from './event-bus.ts';
import { createOutbox } from './outbox.ts';

function wakeUp(thread_id: string, seq: number): BusMessage {
  return { kind: 'events', thread_id, owner_id: 'ada', seq };
}

const cancel: BusMessage = { kind: 'cancel', run_id: 'run_1', by: 'user' };

test('keeps the newest wake-up of each thread, and everything else', () => {
  const outbox = createOutbox();
  for (const message of [wakeUp('a', 1), cancel, wakeUp('b', 1), wakeUp('a', 2), cancel]) outbox.add(message);
  expect(outbox.take()).toEqual([cancel, wakeUp('b', 1), wakeUp('a', 2), cancel]);
  expect(outbox.size()).toBe(0);
});

test('what could not be sent goes first, unless something newer says the same', () => {
  const outbox = createOutbox();
  outbox.add(wakeUp('a', 3));
  outbox.restore([wakeUp('a', 2), cancel]);
  expect(outbox.take()).toEqual([cancel, wakeUp('a', 3)]);
});

test('has a bound, beyond which the oldest are dropped', () => {
  const outbox = createOutbox();
  for (let index = 0; index < 10_005; index++) outbox.add(wakeUp(`thread ${index}`, 1));
  expect(outbox.size()).toBe(10_000);
  expect(outbox.take()[0]).toEqual(wakeUp('thread 5', 1));
});
