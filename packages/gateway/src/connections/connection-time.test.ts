import { agentFromRun } from '@netra/agent';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';

let kit: TestGateway;
beforeEach(async () => {
  kit = await startTestGateway();
});
afterEach(() => kit.close());

test('a token is announced a minute before it expires and ends the connection 30 s after', async () => {
  const client = await kit.connect('ada');
  const { token_expires_at: expiresAt } = await client.next('connection_established');
  const expiresInMs = Date.parse(expiresAt) - kit.clock.now();
  kit.clock.advance(expiresInMs - 59_000);
  expect((await client.next('token_expiring')).token_expires_at).toBe(expiresAt);
  kit.clock.advance(59_000 + 29_000);
  client.send({ type: 'ping' });
  await client.next('pong');
  kit.clock.advance(1_500);
  expect(await client.closed).toEqual({ code: 3000, reason: 'token_expired' });
});

test('a token with less than a minute left is announced at once', async () => {
  const exp = Math.floor(kit.clock.now() / 1000) + 30;
  const client = await kit.connect('ada');
  await client.next('connection_established');
  client.send({ type: 'renew_token', token: kit.issuer.token('ada', { claims: { exp } }) });
  await client.next('token_renewed');
  await client.next('token_expiring');
  client.webSocket.close();
});

test('a heartbeat comes every 25 s, and a client that does not answer is closed 10 s later', async () => {
  const client = await kit.connect('ada');
  await client.next('connection_established');
  kit.clock.advance(25_000);
  await client.next('heartbeat');
  client.send({ type: 'ping' });
  await client.next('pong');
  kit.clock.advance(11_000);
  client.send({ type: 'ping' });
  await client.next('pong');
  client.webSocket.close();

  const deaf = await kit.connect('ada', { autoPong: false });
  await deaf.next('connection_established');
  kit.clock.advance(25_000);
  await deaf.next('heartbeat');
  kit.clock.advance(10_000);
  expect(await deaf.closed).toEqual({ code: 3008, reason: 'heartbeat_lost' });
});

test('a client whose frames wait for the database, and is not read meanwhile, has not fallen silent', async () => {
  const created = await kit.request('/v1/threads', { user: 'ada', method: 'POST', body: {} });
  const { thread_id: threadId } = await created.json();
  const client = await kit.connect('ada');
  await client.next('connection_established');
  const holder = await kit.pool.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT 1 FROM threads WHERE thread_id = $1 FOR UPDATE', [threadId]);
  const ids = Array.from({ length: 40 }, (_, index) => `m${index}`);
  for (const id of ids) client.send({ type: 'user_message', id, text: 'hello', thread_id: threadId });
  for (let beat = 0; beat < 2; beat++) {
    kit.clock.advance(25_000);
    await client.next('heartbeat');
  }
  await holder.query('COMMIT');
  holder.release();
  for (const id of ids) expect((await client.next('ack')).ref).toBe(id);
  client.webSocket.close();
});

test('a connection ends with max_age within 55 minutes, however often its token is renewed', async () => {
  const client = await kit.connect('ada');
  await client.next('connection_established');
  const exp = Math.floor(kit.clock.now() / 1000) + 100 * 60;
  client.send({ type: 'renew_token', token: kit.issuer.token('ada', { claims: { exp } }) });
  await client.next('token_renewed');
  kit.clock.advance(50 * 60_000 + 1);
  await client.next('draining');
  expect(await client.closed).toEqual({ code: 1012, reason: 'max_age' });
});

test('a defect in one handler ends that connection with internal_error, and no other', async () => {
  const [unlucky, other] = [await kit.connect('ada'), await kit.connect('bob')];
  await kit.pool.query('ALTER TABLE threads RENAME TO gone');
  unlucky.send({ type: 'user_message', id: 'm', text: 'hello' });
  expect(await unlucky.closed).toEqual({ code: 1011, reason: 'internal_error' });
  other.send({ type: 'ping' });
  await other.next('pong');
  const rest = await kit.request('/v1/threads', { user: 'ada' });
  expect(await rest.json()).toMatchObject({ code: 'internal_error', status: 500 });
  await kit.pool.query('ALTER TABLE gone RENAME TO threads');
  other.webSocket.close();
});

test('what is closed leaves nothing behind', async () => {
  const { serviceStatus } = kit.gateway.guideProbes;
  for (let round = 0; round < 10; round++) {
    const clients = await Promise.all(Array.from({ length: 15 }, () => kit.connect('ada')));
    const streams = await Promise.all([1, 2].map(() => openStream()));
    expect((await serviceStatus()).open_connections).toBe(17);
    for (const client of clients) client.webSocket.terminate();
    for (const stream of streams) stream.abort();
    await expect.poll(async () => (await serviceStatus()).open_connections).toBe(0);
  }
});

test('a client that does not read is closed with slow_consumer, and the others go on', async () => {
  await kit.close();
  const chunk = 'x'.repeat(15_000);
  kit = await startTestGateway({
    agent: agentFromRun({
      name: 'talker',
      description: 'Says a great deal.',
      async *run() {
        for (let count = 0; count < 1_600; count++) yield { type: 'thinking', text: chunk, step: count };
      },
    }),
  });
  const [stalled, reader] = [await kit.connect('ada'), await kit.connect('bob')];
  stalled.send({ type: 'user_message', id: 'slow', text: 'talk' });
  await stalled.next('agent_started');
  stalled.webSocket.pause();
  const { run_id: runId } = await stalled.next('ack');
  const run = async () => (await kit.request(`/v1/runs/${runId}`, { user: 'ada' })).json();
  await expect.poll(run, { timeout: 20_000 }).toMatchObject({ status: 'completed' });
  // The run may be over while the kernel still takes what the log holds: only after that nothing moves.
  for (let step = 0; step < 6; step++) {
    kit.clock.advance(9_000);
    // The connections are looked at twice a second, of real time.
    await new Promise((resolve) => setTimeout(resolve, 600));
  }
  await reader.next('heartbeat');
  stalled.webSocket.resume();
  expect(await stalled.closed).toEqual({ code: 1013, reason: 'slow_consumer' });
  reader.send({ type: 'ping' });
  await reader.next('pong');
  reader.webSocket.close();
}, 40_000);

async function openStream(): Promise<AbortController> {
  const created = await kit.request('/v1/threads', { user: 'ada', method: 'POST', body: {} });
  const { thread_id: threadId } = await created.json();
  const controller = new AbortController();
  const headers = { authorization: `Bearer ${kit.issuer.token('ada')}`, accept: 'text/event-stream' };
  await fetch(`${kit.url}/v1/threads/${threadId}/events`, { headers, signal: controller.signal });
  return controller;
}
