import { newId } from '@netra/protocol';
import { expect, test } from 'vitest';
import { createLiveSet, type Live, type LiveSet } from './live-set.ts';

const TOKEN: ReturnType<Live['token']> = {
  issuer: 'test',
  jti: 'jti',
  userId: 'ada',
  sessionId: 'session',
  issuedAtMs: 0,
};

/** One that leaves when it is told to, or stays until it is cut. */
function join(set: LiveSet, userId: string, { isStubborn = false } = {}) {
  const told: string[] = [];
  const live: Live = {
    connectionId: newId('con'),
    kind: 'websocket',
    openedAtMs: 0,
    userId,
    token: () => TOKEN,
    tick: () => undefined,
    end: (code) => void told.push(code),
    drain() {
      told.push('drain');
      if (!isStubborn) leave();
    },
    terminate() {
      told.push('terminate');
      leave();
    },
    queuedBytes: () => 7,
  };
  const leave = set.add(live);
  return told;
}

test('a stop tells all to go, a slice at a time, and cuts those that stay', async () => {
  const set = createLiveSet({ now: Date.now });
  const crowd = Array.from({ length: 1_000 }, (_, index) => join(set, `user-${index}`));
  const stubborn = join(set, 'stubborn', { isStubborn: true });
  expect(set.queuedBytes()).toBe(7_007);
  const stopped = set.stop({ graceMs: 400 });
  const toldAtOnce = crowd.filter((told) => told.length > 0).length;
  expect(toldAtOnce).toBeGreaterThan(0);
  expect(toldAtOnce).toBeLessThan(500);
  const late = join(set, 'late');
  await stopped;
  expect(set.count()).toBe(0);
  for (const told of [...crowd, late]) expect(told).toEqual(['drain']);
  expect(stubborn).toEqual(['drain', 'terminate']);
});

test('a few are told at once', () => {
  const set = createLiveSet({ now: Date.now });
  const few = Array.from({ length: 20 }, () => join(set, 'ada'));
  void set.stop({ graceMs: 5_000 });
  for (const told of few) expect(told).toEqual(['drain']);
});
