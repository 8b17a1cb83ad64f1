import { LIMITS } from '@netra/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';

let kit: TestGateway;
beforeAll(async () => {
  kit = await startTestGateway();
});
afterAll(() => kit.close());

const bytesOf = (key: string) => Buffer.from(key, 'utf8').toString('latin1');
async function startRun(path: string, key: string): Promise<Response> {
  const headers = { 'idempotency-key': key };
  return kit.request(path, { user: 'ada', method: 'POST', body: { text: 'hello' }, headers });
}
async function newThread(): Promise<string> {
  const created = await kit.request('/v1/threads', { user: 'ada', method: 'POST', body: {} });
  return (await created.json()).thread_id;
}

test('a key in any script is the same key over REST and as the id of a frame', async () => {
  const threadId = await newThread();
  const key = 'Schlüssel 👋 1';
  const path = `/v1/threads/${threadId}/runs`;
  const first = await startRun(path, bytesOf(key));
  expect(first.status).toBe(201);
  const { run_id } = await first.json();
  expect(await (await startRun(path, bytesOf(key))).json()).toMatchObject({ run_id });
  expect(await (await startRun(path, bytesOf(`${key}é`))).json()).not.toMatchObject({ run_id });

  const socket = await kit.connect('ada');
  socket.send({ type: 'user_message', id: key, text: 'hello', thread_id: threadId });
  expect(await socket.next('ack')).toMatchObject({ ref: key, run_id });
  socket.webSocket.close();
});

test('a key in ISO 8859-1 is read as that', async () => {
  const path = `/v1/threads/${await newThread()}/runs`;
  const { run_id } = await (await startRun(path, 'caf\u00e9')).json();
  expect(await (await startRun(path, bytesOf('café'))).json()).toMatchObject({ run_id });
});

test.each([
  ['too long', 'x'.repeat(LIMITS.maxIdChars + 1)],
  ['empty', ''],
  ['with a control character', 'a\tb'],
])('a key that is %s is refused', async (_what, key) => {
  const answer = await startRun(`/v1/threads/${await newThread()}/runs`, key);
  expect(await answer.json()).toMatchObject({ code: 'request_malformed' });
});
