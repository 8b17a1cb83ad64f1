import { NetraError } from '@netra/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPoll } from './poll.ts';

const EVERY_MS = 1_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A poll whose answers and visibility the test holds. */
function start() {
  const asked: AbortSignal[] = [];
  let answer: () => Promise<string> = async () => 'first';
  let isHidden = false;
  let onChange = () => {};
  const poll = createPoll({
    load: (signal) => {
      asked.push(signal);
      return answer();
    },
    everyMs: EVERY_MS,
    visibility: {
      isHidden: () => isHidden,
      listen(listener) {
        onChange = listener;
        return () => {
          onChange = () => {};
        };
      },
    },
  });
  return {
    poll,
    asked,
    answerBy: (next: typeof answer) => {
      answer = next;
    },
    hide(next: boolean) {
      isHidden = next;
      onChange();
    },
  };
}

describe('a poll', () => {
  test('asks again a while after each answer', async () => {
    const { poll, asked, answerBy } = start();
    const stop = poll.start();
    expect(poll.getState()).toEqual({ status: 'loading' });
    await vi.advanceTimersByTimeAsync(0);
    expect(poll.getState()).toEqual({ status: 'current', data: 'first', atMs: 0 });
    answerBy(async () => 'second');
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(poll.getState()).toEqual({ status: 'current', data: 'second', atMs: EVERY_MS });
    stop();
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(asked).toHaveLength(2);
  });

  test('keeps what it saw last when the next answer is an error, and says which', async () => {
    const { poll, answerBy } = start();
    poll.start();
    await vi.advanceTimersByTimeAsync(0);
    const error = new NetraError('database_unavailable');
    answerBy(() => Promise.reject(error));
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(poll.getState()).toEqual({
      status: 'stale',
      data: 'first',
      atMs: 0,
      error,
      retryAtMs: 2 * EVERY_MS,
    });
    answerBy(async () => 'again');
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(poll.getState()).toMatchObject({ status: 'current', data: 'again' });
  });

  test('has nothing to show when already the first answer is an error, and goes on', async () => {
    const { poll, answerBy } = start();
    answerBy(() => Promise.reject(new Error('lost')));
    poll.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(poll.getState()).toMatchObject({ status: 'failed', retryAtMs: EVERY_MS });
    answerBy(async () => 'there');
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(poll.getState()).toMatchObject({ status: 'current', data: 'there' });
  });

  test('rests while nobody can see the page, and asks at once when somebody can', async () => {
    const { poll, asked, hide } = start();
    poll.start();
    await vi.advanceTimersByTimeAsync(0);
    hide(true);
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(asked).toHaveLength(1);
    hide(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(asked).toHaveLength(3);
  });

  test('breaks off what is under way when it ends or asks anew, and hears no late answer', async () => {
    const { poll, asked, answerBy } = start();
    let answerLate = (_text: string) => {};
    answerBy(
      () =>
        new Promise((resolve) => {
          answerLate = resolve;
        }),
    );
    const stop = poll.start();
    const first = answerLate;
    poll.refresh();
    expect(asked.map(({ aborted }) => aborted)).toEqual([true, false]);
    first('late');
    await vi.advanceTimersByTimeAsync(0);
    expect(poll.getState()).toEqual({ status: 'loading' });
    stop();
    expect(asked[1]?.aborted).toBe(true);
  });

  test('without a period asks once, and when it is told to', async () => {
    let asked = 0;
    const load = async () => `answer ${++asked}`;
    const poll = createPoll({ load, visibility: { isHidden: () => false, listen: () => () => {} } });
    poll.start();
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(poll.getState()).toMatchObject({ data: 'answer 1' });
    poll.refresh();
    await vi.advanceTimersByTimeAsync(0);
    expect(poll.getState()).toMatchObject({ data: 'answer 2' });
  });
});
