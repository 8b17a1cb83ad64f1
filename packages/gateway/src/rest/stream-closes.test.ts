import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { readEvents } from '../testing/sse-client.ts';

let kit: TestGateway;
beforeAll(async () => {
  kit = await startTestGateway();
});
afterAll(() => kit.close());

const accept = { accept: 'text/event-stream' };

async function openStream(signal?: AbortSignal, gateway = kit): Promise<Response> {
  const created = await gateway.request('/v1/threads', { user: 'ada', method: 'POST', body: {} });
  const { thread_id: threadId } = await created.json();
  const headers = { ...accept, authorization: `Bearer ${gateway.issuer.token('ada')}` };
  return fetch(`${gateway.url}/v1/threads/${threadId}/events`, { headers, ...(signal && { signal }) });
}

async function figure(name: string): Promise<number> {
  const line = (await kit.gateway.metrics.text()).split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

const closes = (code: string) => figure(`netra_connections_closed_total{code="${code}"}`);

test('a stream that is drained hears when to come back, as a socket does', async () => {
  const stopping = await startTestGateway();
  const words = readEvents(await openStream(undefined, stopping));
  await stopping.close();
  expect((await words).slice(-2)).toMatchObject([
    { event: 'draining', data: { type: 'draining', reconnect_after_ms: 1_000 } },
    { event: 'close', data: { code: 'draining' } },
  ]);
});

test('streams that end are counted by reason like sockets, and what they sent too', async () => {
  const sentBefore = await figure('netra_frames_sent_total');
  const body = { text: 'hello' };
  const run = await kit.request('/v1/runs', { user: 'ada', method: 'POST', body, headers: accept });
  const events = await readEvents(run);
  expect(await closes('finished')).toBe(1);
  expect((await figure('netra_frames_sent_total')) - sentBefore).toBe(events.length);
  expect(await figure('netra_sent_bytes_total')).toBeGreaterThan(JSON.stringify(events).length / 2);

  const leaving = new AbortController();
  const left = await openStream(leaving.signal);
  expect(left.status).toBe(200);
  leaving.abort();
  await expect.poll(() => closes('client')).toBe(1);

  const overdue = await openStream();
  kit.clock.advance(10 * 60_000 + 31_000);
  const words = await readEvents(overdue);
  expect(words.at(-1)).toMatchObject({ event: 'close', data: { code: 'token_expired' } });
  expect(await closes('token_expired')).toBe(1);
});
