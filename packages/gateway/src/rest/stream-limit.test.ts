import { LIMITS, problemSchema } from '@netra/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { refusedUpgrade } from '../testing/raw-upgrade.ts';
import { readEvents } from '../testing/sse-client.ts';

let kit: TestGateway;
beforeAll(async () => {
  kit = await startTestGateway();
});
afterAll(() => kit.close());

test('streams and sockets of a user share one limit, which refuses before anything begins', async () => {
  const created = await kit.request('/v1/threads', { user: 'ada', method: 'POST', body: {} });
  const { thread_id: threadId } = await created.json();
  const path = `/v1/threads/${threadId}`;
  const leaving = new AbortController();
  const authorization = `Bearer ${kit.issuer.token('ada')}`;
  const headers = { accept: 'text/event-stream' };
  const openStream = () =>
    fetch(`${kit.url}${path}/events`, { headers: { ...headers, authorization }, signal: leaving.signal });
  const socket = await kit.connect('ada');
  // Kept: a response that nobody holds is ended when its memory is collected, and its place becomes free.
  const streams: Response[] = [];
  while (streams.length < LIMITS.maxConnectionsPerUser - 1) streams.push(await openStream());

  const events = await openStream();
  const body = { text: 'hello' };
  const run = await kit.request(`${path}/runs`, { user: 'ada', method: 'POST', body, headers });
  for (const refused of [events, run]) {
    const problem = problemSchema.parse(await refused.json());
    expect(problem).toMatchObject({ code: 'connection_limit', status: 429 });
    expect(problem.attempt_id).toBe(refused.headers.get('netra-attempt-id'));
  }
  expect((await refusedUpgrade({ port: kit.port, headers: { Authorization: authorization } })).status).toBe(
    429,
  );
  const messages = await kit.request(`${path}/messages`, { user: 'ada' });
  expect((await messages.json()).items).toEqual([]);

  expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
  leaving.abort();
  await expect
    .poll(async () => {
      const again = await kit.request(`${path}/runs`, { user: 'ada', method: 'POST', body, headers });
      await again.text();
      return again.status;
    })
    .toBe(200);
  socket.webSocket.close();
});

test('streams count in the figures of connections: what they sent, and why they ended', async () => {
  const figure = async (name: string) => {
    const text = await kit.gateway.metrics.text();
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1) ?? 0);
  };
  const created = await kit.request('/v1/threads', { user: 'bob', method: 'POST', body: {} });
  const path = `/v1/threads/${(await created.json()).thread_id}`;
  const headers = { accept: 'text/event-stream' };
  const sentBefore = await figure('netra_frames_sent_total');
  const left = 'netra_connections_closed_total{code="client"}';
  const leftBefore = await figure(left);
  const leaving = await kit.request(`${path}/events`, { user: 'bob', headers });
  const [first] = await readEvents(leaving, () => true);
  expect(first?.event).toBe('subscribed');
  await expect.poll(() => figure(left)).toBe(leftBefore + 1);
  expect(await figure('netra_frames_sent_total')).toBeGreaterThan(sentBefore);
  expect(await figure('netra_sent_bytes_total')).toBeGreaterThan(100);

  const body = { text: 'hello' };
  const run = await kit.request(`${path}/runs`, { user: 'bob', method: 'POST', body, headers });
  expect((await readEvents(run)).at(-1)?.event).toBe('close');
  expect(await figure('netra_connections_closed_total{code="finished"}')).toBeGreaterThan(0);

  const deleted = await kit.request(`${path}/events`, { user: 'bob', headers });
  await kit.request(path, { user: 'bob', method: 'DELETE' });
  expect((await readEvents(deleted)).at(-1)).toMatchObject({
    event: 'close',
    data: { code: 'thread_unknown' },
  });
  expect(await figure('netra_connections_closed_total{code="thread_unknown"}')).toBe(1);
});
