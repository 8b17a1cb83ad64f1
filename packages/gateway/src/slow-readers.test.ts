import { agentFromRun } from '@netra/agent';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from './testing/gateway-kit.ts';
import type { SocketClient } from './testing/socket-client.ts';
import { readEvents } from './testing/sse-client.ts';

/** One answer is several times what may wait for one reader. */
const PIECES = 300;
/** So many more are larger than what the kernel keeps for a reader who does not read. */
const ROUNDS = 3;
const piece = 'x'.repeat(15_000);

let kit: TestGateway;
beforeAll(async () => {
  const agent = agentFromRun({
    name: 'talker',
    description: 'Says a great deal.',
    async *run() {
      for (let count = 0; count < PIECES; count++) {
        yield { type: 'thinking', text: piece, step: count };
      }
      yield { type: 'message', delta: 'done' };
    },
  });
  kit = await startTestGateway({ agent });
});
afterAll(() => kit.close());

async function talk(): Promise<{ client: SocketClient; threadId: string; lastSeq: number }> {
  const client = await kit.connect('ada');
  client.send({ type: 'user_message', id: `m${Math.random()}`, text: 'talk' });
  const { thread_id: threadId = '' } = await client.next('ack');
  const { seq } = await client.next('agent_completed');
  return { client, threadId, lastSeq: seq };
}

async function sayMore(client: SocketClient, threadId: string): Promise<number> {
  client.send({ type: 'user_message', id: `m${Math.random()}`, text: 'more', thread_id: threadId });
  return (await client.next('agent_completed')).seq;
}

const upTo = (lastSeq: number) => Array.from({ length: lastSeq }, (_, index) => index + 1);

test('a stream gets a history that is larger than what may wait for one reader', async () => {
  const { client, threadId, lastSeq } = await talk();
  const response = await kit.request(`/v1/threads/${threadId}/events?after_seq=0`, {
    user: 'ada',
    headers: { accept: 'text/event-stream' },
  });
  const events = await readEvents(response, ({ event }) => event === 'agent_completed' || event === 'close');
  expect(events.flatMap(({ data }) => data.seq ?? [])).toEqual(upTo(lastSeq));
  client.webSocket.close();
}, 20_000);

test('a socket that reads slowly gets a large snapshot, and then what was said meanwhile', async () => {
  const { client, threadId } = await talk();
  for (let round = 0; round < ROUNDS; round++) await sayMore(client, threadId);
  const reader = await kit.connect('ada');
  await reader.next('connection_established');
  reader.webSocket.pause();
  reader.send({ type: 'subscribe', id: 's', thread_id: threadId });
  const lastSeq = await sayMore(client, threadId);
  // Longer than a pong may take, and shorter than a reader may take nothing.
  kit.clock.advance(9_000);
  client.send({ type: 'ping' });
  await client.next('pong');
  reader.webSocket.resume();
  const { snapshot } = await reader.next('subscribed');
  const isThere = () => reader.frames.some((frame) => 'seq' in frame && frame.seq === lastSeq);
  await expect.poll(isThere, { timeout: 15_000 }).toBe(true);
  const seqs = reader.frames.flatMap((frame) => ('data' in frame ? [frame.seq] : []));
  expect(seqs).toEqual(upTo(lastSeq).slice(snapshot?.last_seq));
  for (const { webSocket } of [client, reader]) webSocket.close();
}, 30_000);

test('a stream whose client does not read ends, and the others go on', async () => {
  const { client, threadId } = await talk();
  for (let round = 0; round < ROUNDS; round++) await sayMore(client, threadId);
  const { serviceStatus } = kit.gateway.guideProbes;
  await expect.poll(async () => (await serviceStatus()).open_connections).toBe(1);
  const leaving = new AbortController();
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${kit.issuer.token('ada')}` };
  await fetch(`${kit.url}/v1/threads/${threadId}/events?after_seq=0`, { headers, signal: leaving.signal });
  expect((await serviceStatus()).open_connections).toBe(2);
  await expect
    .poll(
      async () => {
        kit.clock.advance(1_000);
        return (await serviceStatus()).open_connections;
      },
      { interval: 200, timeout: 15_000 },
    )
    .toBe(1);
  leaving.abort();
  client.send({ type: 'ping' });
  await client.next('pong');
  client.webSocket.close();
}, 30_000);
