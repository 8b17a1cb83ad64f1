import { LIMITS, serverFrameSchema } from '@netra/protocol';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import type { SocketClient } from '../testing/socket-client.ts';

let kit: TestGateway;
const open: SocketClient[] = [];
beforeAll(async () => {
  kit = await startTestGateway();
});
afterAll(() => kit.close());
afterEach(async () => {
  for (const client of open.splice(0)) {
    client.webSocket.close();
    await client.closed;
  }
});

async function connect(user = 'ada'): Promise<SocketClient> {
  const client = await kit.connect(user);
  open.push(client);
  await client.next('connection_established');
  return client;
}

test('connection_established comes first and says who and until when', async () => {
  const client = await connect();
  expect(client.frames[0]).toMatchObject({
    type: 'connection_established',
    user_id: 'ada',
    permissions: ['chat'],
    heartbeat_ms: 25_000,
    max_frame_bytes: 65_536,
    protocol: 'netra.v1',
  });
});

test('the ack precedes every event of the run, and the events come in order to the end', async () => {
  const client = await connect();
  client.send({ type: 'user_message', id: 'm1', text: 'hello' });
  const ack = await client.next('ack');
  const completed = await client.next('agent_completed');
  expect(ack).toMatchObject({ ref: 'm1', thread_id: completed.thread_id, run_id: completed.run_id });
  expect(completed.data.text).toBe('You said: hello');
  const about = client.frames.filter((frame) => 'seq' in frame && 'data' in frame);
  expect(client.frames.indexOf(ack)).toBeLessThan(client.frames.findIndex((frame) => 'data' in frame));
  expect(about.map((frame) => ('seq' in frame ? frame.seq : 0))).toEqual(about.map((_, index) => index + 1));
  for (const frame of client.frames) expect(serverFrameSchema.safeParse(frame).error).toBeUndefined();
});

test('the same message sent twice is stored once and acked twice', async () => {
  const client = await connect();
  const message = { type: 'user_message', id: 'twice', text: 'once' } as const;
  client.send(message);
  client.send(message);
  const first = await client.next('ack');
  const second = await client.next('ack');
  expect(second).toMatchObject({ run_id: first.run_id, seq: first.seq });
  client.send({ ...message, text: 'another' });
  expect(await client.next('error')).toMatchObject({ ref: 'twice', code: 'idempotency_conflict' });
});

test('a second connection resumes after what it knows, and gets a snapshot where it knows nothing', async () => {
  const first = await connect();
  first.send({ type: 'user_message', id: 'resume', text: 'hello' });
  const { thread_id: threadId = '', epoch = '' } = await first.next('ack');
  const { seq } = await first.next('agent_completed');

  const second = await connect();
  second.send({ type: 'subscribe', id: 's1', thread_id: threadId, epoch, after_seq: 1 });
  expect(await second.next('subscribed')).toMatchObject({ ref: 's1', recovered: true, last_seq: seq });
  await second.next('agent_completed');
  const seqs = second.frames.flatMap((frame) => ('data' in frame ? [frame.seq] : []));
  expect(seqs).toEqual(Array.from({ length: seq - 1 }, (_, index) => index + 2));

  const third = await connect();
  third.send({ type: 'subscribe', thread_id: threadId });
  const subscribed = await third.next('subscribed');
  expect(subscribed.recovered).toBe(false);
  expect(subscribed.snapshot?.messages.map(({ role }) => role)).toEqual(['user', 'agent']);
});

test('unsubscribing ends the events of that thread', async () => {
  const client = await connect();
  client.send({ type: 'user_message', id: 'unsub', text: 'hello' });
  const { thread_id: threadId = '' } = await client.next('ack');
  await client.next('agent_completed');
  client.send({ type: 'unsubscribe', id: 'u1', thread_id: threadId });
  expect(await client.next('ack')).toMatchObject({ ref: 'u1' });
  const before = client.frames.filter((frame) => 'data' in frame).length;
  const other = await connect();
  other.send({ type: 'user_message', id: 'unsub2', text: 'more', thread_id: threadId });
  await other.next('agent_completed');
  client.send({ type: 'ping', id: 'p' });
  await client.next('pong');
  expect(client.frames.filter((frame) => 'data' in frame)).toHaveLength(before);
});

test('unsubscribing from a thread that is not followed is fine for an own one, and an error for any other', async () => {
  const [client, other] = [await connect(), await connect('bob')];
  client.send({ type: 'user_message', id: 'unsub3', text: 'hello' });
  const { thread_id: threadId = '' } = await client.next('ack');
  await client.next('agent_completed');
  const second = await connect();
  second.send({ type: 'unsubscribe', id: 'own', thread_id: threadId });
  expect(await second.next('ack')).toMatchObject({ ref: 'own' });
  second.send({ type: 'unsubscribe', id: 'missing', thread_id: 'thr_nowhere' });
  expect(await second.next('error')).toMatchObject({ ref: 'missing', code: 'thread_unknown' });
  other.send({ type: 'unsubscribe', id: 'foreign', thread_id: threadId });
  expect(await other.next('error')).toMatchObject({ ref: 'foreign', code: 'thread_unknown' });
});

test('a new thread is announced to every connection of its user', async () => {
  const [first, second] = [await connect(), await connect()];
  first.send({ type: 'user_message', id: 'announce', text: 'hello' });
  const { thread_id: threadId } = await first.next('ack');
  expect((await second.next('thread_created')).thread.thread_id).toBe(threadId);
});

test('wrong frames are answered and harm nothing, the fifth unparsable one ends the connection', async () => {
  const client = await connect();
  client.webSocket.send('{"type":"dance","id":"d"}');
  expect(await client.next('error')).toMatchObject({ ref: 'd', code: 'frame_type_unknown' });
  client.webSocket.send('{"type":"user_message","id":"e","text":""}');
  expect(await client.next('error')).toMatchObject({ ref: 'e', code: 'message_invalid' });
  client.send({ type: 'decide_approval', id: 'a', run_id: 'run_x', approval_id: 'x', decision: 'approve' });
  expect(await client.next('error')).toMatchObject({ ref: 'a', code: 'run_unknown' });
  for (let count = 0; count < 4; count++) client.webSocket.send('not json');
  client.send({ type: 'ping', id: 'alive' });
  await client.next('pong');
  client.webSocket.send('[]');
  expect(await client.closed).toEqual({ code: 1008, reason: 'message_malformed' });
});

test('unparsable frames older than a minute are forgiven', async () => {
  const client = await connect();
  for (let count = 0; count < 4; count++) client.webSocket.send('not json');
  await expect.poll(() => client.frames.filter(({ type }) => type === 'error').length).toBe(4);
  // In steps: a jump of a minute would pass the time in which a ping must be answered.
  for (let step = 0; step < 7; step++) kit.clock.advance(9_000);
  client.webSocket.send('not json');
  client.send({ type: 'ping' });
  await client.next('pong');
});

test('a binary frame ends the connection with 1003, one above 64 KiB with 1009', async () => {
  const [binary, large] = [await connect(), await connect()];
  binary.webSocket.send(Buffer.from('{"type":"ping"}'));
  expect(await binary.next('error')).toMatchObject({
    code: 'message_invalid',
    detail: expect.stringContaining('binary'),
  });
  expect((await binary.closed).code).toBe(1003);
  large.webSocket.send(' '.repeat(LIMITS.maxClientFrameBytes + 1));
  expect(await large.closed).toEqual({ code: 1009, reason: 'message_too_large' });
});

test('a renewed token replaces the old one in place; a refused one changes nothing', async () => {
  const client = await connect();
  client.send({ type: 'renew_token', id: 'r1', token: 'nonsense' });
  expect(await client.next('error')).toMatchObject({ ref: 'r1', code: 'token_malformed' });
  client.send({ type: 'renew_token', id: 'r2', token: kit.issuer.token('bob') });
  expect(await client.next('error')).toMatchObject({ ref: 'r2', code: 'token_user_mismatch' });
  const exp = Math.floor(kit.clock.now() / 1000) + 3_000;
  client.send({ type: 'renew_token', id: 'r3', token: kit.issuer.token('ada', { claims: { exp } }) });
  const renewed = await client.next('token_renewed');
  expect(renewed).toMatchObject({ ref: 'r3', token_expires_at: new Date(exp * 1000).toISOString() });
  client.send({ type: 'ping' });
  await client.next('pong');
});
