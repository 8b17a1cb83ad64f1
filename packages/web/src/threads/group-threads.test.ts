import type { Thread } from '@netra/protocol';
import { expect, test } from 'vitest';
import { groupThreads } from './group-threads.ts';

// Local time on purpose: the day of the person who looks is what counts.
const noonMs = new Date(2026, 5, 15, 12).getTime();

function changed(id: string, ...time: [day: number, hour: number, minute?: number]): Thread {
  const at = new Date(2026, 5, ...time).toISOString();
  return { thread_id: id, title: id, created_at: at, updated_at: at, last_seq: 1, epoch: 'epo_1' };
}

const grouped = (...threads: Thread[]) =>
  groupThreads(threads, noonMs).map(({ label, threads: some }) => [
    label,
    ...some.map(({ thread_id }) => thread_id),
  ]);

test('the day changes at midnight, whatever the number of hours', () => {
  expect(grouped(changed('a', 15, 0, 0), changed('b', 14, 23, 59))).toEqual([
    ['Today', 'a'],
    ['Yesterday', 'b'],
  ]);
});

test('chats older than yesterday are of the last seven days, then earlier', () => {
  expect(grouped(changed('a', 13, 23), changed('b', 8, 0), changed('c', 7, 23))).toEqual([
    ['Last 7 days', 'a', 'b'],
    ['Earlier', 'c'],
  ]);
});

test('the order given stays, and groups without chats are left out', () => {
  expect(grouped(changed('b', 15, 9), changed('a', 15, 10))).toEqual([['Today', 'b', 'a']]);
  expect(grouped()).toEqual([]);
});

test('a chat from a clock that is ahead is of today', () => {
  expect(grouped(changed('a', 16, 9))).toEqual([['Today', 'a']]);
});
