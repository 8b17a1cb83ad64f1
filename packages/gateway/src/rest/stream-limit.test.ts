import { LIMITS, problemSchema } from '@netra/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { refusedUpgrade } from '../testing/raw-upgrade.ts';

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
