import { expect, test } from 'vitest';
import { createClientUnderTest } from './testing/client-under-test.ts';
import { settle } from './testing/manual-clock.ts';
import { threadInfo } from './testing/thread-script.ts';
import { createThreadList } from './thread-list.ts';

test('the list of threads shows the latest first and follows every change', async () => {
  const { client, server, open } = createClientUnderTest();
  const newer = { ...threadInfo, thread_id: 'thr_2', title: 'Newer', updated_at: '2026-01-02T00:00:00.000Z' };
  server.route(({ path }) =>
    path === '/v1/threads' ? Response.json({ items: [threadInfo], next_cursor: 'c' }) : undefined,
  );
  const list = createThreadList(client.threads);
  expect(list.getState()).toMatchObject({ loading: true });
  const stop = list.start();
  await open();
  await settle();
  expect(list.getState()).toMatchObject({ loading: false, hasMore: true, threads: [{ thread_id: 'thr_1' }] });
  server.socket.push({ type: 'thread_created', thread: newer });
  expect(list.getState().threads.map(({ title }) => title)).toEqual(['Newer', 'A thread']);
  server.socket.push({ type: 'thread_deleted', thread: newer });
  expect(list.getState().threads.map(({ title }) => title)).toEqual(['A thread']);
  stop();
});

test('a list that cannot be read says why, and mends itself after a reconnect', async () => {
  const { client, server, open, reconnect } = createClientUnderTest();
  let isDown = true;
  server.route(({ path }) => {
    if (path !== '/v1/threads') return undefined;
    return isDown ? Promise.reject(new TypeError('fetch failed')) : Response.json({ items: [threadInfo] });
  });
  const list = createThreadList(client.threads);
  const stop = list.start();
  await open();
  await settle();
  expect(list.getState()).toMatchObject({ loading: false, error: { code: 'server_unreachable' } });
  isDown = false;
  server.socket.drop();
  await reconnect();
  expect(list.getState().threads).toEqual([threadInfo]);
  expect(list.getState().error).toBeUndefined();
  stop();
});
