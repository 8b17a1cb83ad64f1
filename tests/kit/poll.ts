import { setTimeout as delay } from 'node:timers/promises';

interface PollOptions {
  /** Default 10 s. */
  readonly deadlineMs?: number;
  readonly everyMs?: number;
  /** What was waited for, for the message of the failure. */
  readonly what?: string | (() => string);
}

/** Asks until there is an answer that is not `undefined`. Fails at the deadline, and at once when asking throws. */
export async function poll<T>(
  ask: () => T | undefined | Promise<T | undefined>,
  { deadlineMs = 10_000, everyMs = 20, what = 'an answer' }: PollOptions = {},
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) {
      throw new Error(`Waited ${deadlineMs} ms for ${typeof what === 'string' ? what : what()}`);
    }
    await delay(everyMs);
  }
}
