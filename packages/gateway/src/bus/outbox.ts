import type { BusMessage } from './event-bus.ts';

/** Messages that may wait while the database is out of reach. */
const maxWaiting = 10_000;

/**
 * Messages that wait to be sent. Of the wake-ups for one thread only the newest is kept. When there are too many, all
 * of them become one `lagged`, which costs the others a look at the tables instead of a change that nobody hears of.
 */
export interface Outbox {
  add(message: BusMessage): void;
  /** Removes and returns all of them, oldest first. */
  take(): BusMessage[];
  /** Puts back what could not be sent; newer wake-ups for the same thread win. */
  restore(messages: BusMessage[]): void;
  size(): number;
}

export function createOutbox({ now }: { now: () => number }): Outbox {
  let waiting = new Map<string, BusMessage>();
  let count = 0;
  let oldestAtMs = 0;
  /** `oldestAtMs` of what was taken last: it waited before whatever is newer. */
  let takenSinceMs = 0;

  const keyOf = (message: BusMessage): string =>
    message.kind === 'events' ? `events ${message.thread_id}` : `once ${count++}`;

  const add = (message: BusMessage, sinceMs = now()): void => {
    if (waiting.size === 0) oldestAtMs = sinceMs;
    if (waiting.size >= maxWaiting) waiting = new Map([['lagged', { kind: 'lagged', since_ms: oldestAtMs }]]);
    const key = keyOf(message);
    waiting.delete(key);
    waiting.set(key, message);
  };

  const take = (): BusMessage[] => {
    const messages = [...waiting.values()];
    waiting = new Map();
    takenSinceMs = messages.length > 0 ? oldestAtMs : takenSinceMs;
    return messages;
  };

  return {
    add: (message) => add(message),
    take,
    restore(messages) {
      const sinceMs = takenSinceMs;
      const newer = take();
      for (const message of [...messages, ...newer]) add(message, sinceMs);
    },
    size: () => waiting.size,
  };
}
