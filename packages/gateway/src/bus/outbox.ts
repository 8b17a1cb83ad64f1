import type { BusMessage } from './event-bus.ts';

/** Messages that may wait while the database is out of reach; beyond, the oldest are dropped. */
const maxWaiting = 10_000;

/** Messages that wait to be sent. Of the wake-ups for one thread only the newest is kept. */
export interface Outbox {
  add(message: BusMessage): void;
  /** Removes and returns all of them, oldest first. */
  take(): BusMessage[];
  /** Puts back what could not be sent; newer wake-ups for the same thread win. */
  restore(messages: BusMessage[]): void;
  size(): number;
}

export function createOutbox(): Outbox {
  let waiting = new Map<string, BusMessage>();
  let count = 0;

  const keyOf = (message: BusMessage): string =>
    message.kind === 'events' ? `events ${message.thread_id}` : `once ${count++}`;

  const add = (message: BusMessage): void => {
    const key = keyOf(message);
    waiting.delete(key);
    waiting.set(key, message);
    const oldest = waiting.keys().next();
    if (waiting.size > maxWaiting && oldest.done === false) waiting.delete(oldest.value);
  };

  const take = (): BusMessage[] => {
    const messages = [...waiting.values()];
    waiting = new Map();
    return messages;
  };

  return {
    add,
    take,
    restore(messages) {
      const newer = take();
      for (const message of [...messages, ...newer]) add(message);
    },
    size: () => waiting.size,
  };
}
