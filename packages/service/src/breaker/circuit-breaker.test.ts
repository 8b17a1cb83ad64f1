import { expect, test } from 'vitest';
import {
  type CircuitBreakerOptions,
  type CircuitBreakerState,
  createCircuitBreaker,
} from './circuit-breaker.ts';

const OPEN_MS = 30;

function setUp(changes: Partial<CircuitBreakerOptions> = {}) {
  let nowMs = 0;
  let isUp = true;
  let calls = 0;
  const states: CircuitBreakerState[] = [];
  const breaker = createCircuitBreaker({
    name: 'the dependency',
    openMs: { min: OPEN_MS, max: OPEN_MS },
    now: () => nowMs,
    onStateChange: (state) => states.push(state),
    ...changes,
  });
  const call = () =>
    breaker.execute(async () => {
      calls += 1;
      if (!isUp) throw new Error('down');
      return 'an answer';
    });
  const outcome = () =>
    call().then(
      (result) => result,
      (error: { code?: string; message: string }) => error.code ?? error.message,
    );
  return {
    breaker,
    outcome,
    states,
    calls: () => calls,
    setUp: (up: boolean) => {
      isUp = up;
    },
    advance: (ms: number) => {
      nowMs += ms;
    },
    async times(count: number) {
      for (let index = 0; index < count; index++) await outcome();
    },
  };
}

/** The circuit opens by the system's clock. */
async function untilHalfOpen(): Promise<void> {
  const endsAtMs = Date.now() + OPEN_MS;
  while (Date.now() <= endsAtMs) await new Promise((resolve) => setTimeout(resolve, 1));
}

test('opens at 20 calls of which half failed, and not before', async () => {
  const { times, setUp: set, outcome, states, breaker } = setUp();
  await times(10);
  set(false);
  await times(9);
  expect(breaker.state()).toBe('closed');
  expect(await outcome()).toBe('down');
  expect(breaker.state()).toBe('open');
  expect(await outcome()).toBe('circuit_open');
  expect(states).toEqual(['open']);
});

test('judges a busy window by the newest thousand calls', async () => {
  const { times, setUp: set, breaker } = setUp();
  await times(1_500);
  set(false);
  await times(499);
  expect(breaker.state()).toBe('closed');
  await times(1);
  expect(breaker.state()).toBe('open');
});

test('forgets what happened more than 10 s ago', async () => {
  const { times, setUp: set, advance, breaker } = setUp();
  set(false);
  await times(19);
  advance(10_000);
  await times(19);
  expect(breaker.state()).toBe('closed');
});

test('what a clock said before it was put back counts no more', async () => {
  const { times, setUp: set, advance, breaker } = setUp();
  set(false);
  advance(60_000);
  await times(19);
  advance(-60_000);
  await times(19);
  expect(breaker.state()).toBe('closed');
});

test('closes after three probes in a row', async () => {
  const { times, setUp: set, outcome, breaker, states } = setUp();
  set(false);
  await times(20);
  set(true);
  await untilHalfOpen();
  expect(await outcome()).toBe('an answer');
  expect(breaker.state()).toBe('half_open');
  await times(2);
  expect(breaker.state()).toBe('closed');
  expect(states).toEqual(['open', 'half_open', 'closed']);
});

test('opens again when one of the probes fails', async () => {
  const { times, setUp: set, breaker } = setUp();
  set(false);
  await times(20);
  set(true);
  await untilHalfOpen();
  await times(2);
  set(false);
  await times(1);
  expect(breaker.state()).toBe('open');
});

test('lets one probe through at a time, and tells the others at once', async () => {
  const { times, setUp: set, breaker, calls } = setUp();
  set(false);
  await times(20);
  await untilHalfOpen();
  let answer: (value: string) => void = () => undefined;
  const probe = breaker.execute(() => new Promise<string>((resolve) => (answer = resolve)));
  await expect(breaker.execute(async () => 'another')).rejects.toMatchObject({ code: 'circuit_open' });
  answer('late');
  expect(await probe).toBe('late');
  expect(calls()).toBe(20);
});

test('gives a call up after its time, whether or not it listens to the signal', async () => {
  const { breaker } = setUp({ timeoutMs: 20, minCalls: 1 });
  await expect(breaker.execute(() => new Promise(() => undefined))).rejects.toMatchObject({
    code: 'circuit_timeout',
  });
  expect(breaker.state()).toBe('open');
});

test('counts a result as a failure where the caller says so', async () => {
  const { breaker } = setUp({ minCalls: 1 });
  await breaker.execute(
    async () => 404,
    (status) => status >= 500,
  );
  expect(breaker.state()).toBe('closed');
  expect(
    await breaker.execute(
      async () => 503,
      (status) => status >= 500,
    ),
  ).toBe(503);
  expect(breaker.state()).toBe('open');
});
