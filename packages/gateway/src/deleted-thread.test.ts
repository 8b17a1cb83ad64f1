import { agentFromRun } from '@netra/agent';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from './testing/gateway-kit.ts';
import { readEvents } from './testing/sse-client.ts';

let kit: TestGateway;
beforeAll(async () => {
  const agent = agentFromRun({
    name: 'endless',
    description: 'Begins, and never comes to an end.',
    async *run() {
      yield { type: 'tool_executing', toolCallId: 'call_1', toolName: 'wait', arguments: {} };
      yield { type: 'message', delta: 'Once upon' };
      await new Promise(() => undefined);
    },
  });
  kit = await startTestGateway({ agent });
});
afterAll(() => kit.close());

const stream = { accept: 'text/event-stream' };

async function startTalking() {
  const client = await kit.connect('ada');
  client.send({ type: 'user_message', id: `m${Math.random()}`, text: 'tell me' });
  const { thread_id: threadId = '', run_id: runId = '' } = await client.next('ack');
  await client.next('agent_message');
  return { client, threadId, runId };
}

const remove = (threadId: string) =>
  kit.request(`/v1/threads/${threadId}`, { user: 'ada', method: 'DELETE' });

test('the run of a thread that is deleted ends for its readers before the thread does', async () => {
  const { client, threadId, runId } = await startTalking();
  client.send({ type: 'user_message', id: 'waits', text: 'and then', thread_id: threadId });
  const waiting = await client.next('ack');
  expect((await remove(threadId)).status).toBe(204);
  await client.next('thread_deleted');
  const types = client.frames.flatMap((frame) => ('run_id' in frame && 'data' in frame ? [frame] : []));
  const endOf = (id: string | undefined) =>
    types.filter((event) => event.run_id === id).map(({ type }) => type);
  expect(endOf(runId).slice(-2)).toEqual(['tool_completed', 'agent_cancelled']);
  expect(endOf(waiting.run_id).slice(-2)).toEqual(['agent_started', 'agent_cancelled']);
  expect(client.frames.at(-1)?.type).toBe('thread_deleted');
  client.webSocket.close();
});

test('a connection may follow another thread in the place of one that is deleted', async () => {
  const { client, threadId } = await startTalking();
  await remove(threadId);
  await client.next('thread_deleted');
  client.send({ type: 'unsubscribe', id: 'u', thread_id: threadId });
  expect(await client.next('error')).toMatchObject({ ref: 'u', code: 'thread_unknown' });
  client.webSocket.close();
});

test('a stream of a thread that is deleted ends with thread_unknown, that of its run with the end of the run', async () => {
  const { client, threadId } = await startTalking();
  const path = `/v1/threads/${threadId}`;
  const events = await kit.request(`${path}/events`, { user: 'ada', headers: stream });
  const body = { text: 'more', overlap: 'enqueue' };
  const run = await kit.request(`${path}/runs`, { user: 'ada', method: 'POST', body, headers: stream });
  await remove(threadId);
  const [seen, ofRun] = await Promise.all([readEvents(events), readEvents(run)]);
  expect(seen.slice(-1)).toMatchObject([{ event: 'close', data: { code: 'thread_unknown' } }]);
  expect(seen.map(({ event }) => event)).toContain('agent_cancelled');
  expect(ofRun.slice(-2)).toMatchObject([{ event: 'agent_cancelled' }, { event: 'close', data: {} }]);
  client.webSocket.close();
});

test('a message sent again after its thread was deleted is thread_unknown', async () => {
  const client = await kit.connect('ada');
  const fresh = { type: 'user_message', id: 'again', text: 'tell me' } as const;
  client.send(fresh);
  const { thread_id: threadId = '' } = await client.next('ack');
  const path = `/v1/threads/${threadId}/runs`;
  const headers = { 'idempotency-key': 'again-by-rest' };
  const request = { user: 'ada', method: 'POST', body: { text: 'more' }, headers };
  expect((await kit.request(path, request)).status).toBe(201);
  await remove(threadId);
  for (const accept of ['application/json', 'text/event-stream']) {
    const again = await kit.request(path, { ...request, headers: { ...headers, accept } });
    expect(await again.json()).toMatchObject({ code: 'thread_unknown', status: 404 });
  }
  client.send(fresh);
  expect(await client.next('error')).toMatchObject({ ref: 'again', code: 'thread_unknown' });
  client.webSocket.close();
});
