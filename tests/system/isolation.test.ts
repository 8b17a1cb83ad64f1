import { agentFromRun } from '@netra/agent';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, signUp } from '../kit/person.ts';
import { connectRaw, type RawSocket } from '../kit/raw-socket.ts';
import { type Stack, startStack } from '../kit/stack.ts';

const SECRET = 'only-ada-may-read-this';

let stack: Stack;
let ada: Person;
let bob: Person;
let bobSocket: RawSocket;
let threadId: string;
let runId: string;
let release: () => void = () => undefined;

/** Answers only when the test says so: the run stays open while Bob tries. */
const patient = agentFromRun({
  name: 'patient',
  description: 'Waits.',
  async *run(_turn, signal) {
    yield { type: 'thinking', text: SECRET };
    await new Promise<void>((resolve) => {
      release = resolve;
      signal.addEventListener('abort', () => resolve());
    });
    yield { type: 'message', delta: SECRET };
  },
});

beforeAll(async () => {
  stack = await startStack({ agents: () => [patient], defaultAgent: 'patient' });
  [ada, bob] = await Promise.all([signUp(stack.url, 'Ada'), signUp(stack.url, 'Bob')]);
  bobSocket = await connectRaw(stack.url, await bob.token());
  const adaSocket = await connectRaw(stack.url, await ada.token());
  adaSocket.send({ type: 'user_message', id: 'ref_secret', text: SECRET });
  const ack = await adaSocket.next('ack');
  threadId = ack.thread_id ?? '';
  runId = ack.run_id ?? '';
  await adaSocket.next('agent_thinking');
});

afterAll(async () => {
  release();
  await stack.stop();
});

describe("another user's thread is unknown", () => {
  const routes = (): [string, string, object?][] => [
    ['GET', `/v1/threads/${threadId}`],
    ['PATCH', `/v1/threads/${threadId}`, { title: 'mine now' }],
    ['DELETE', `/v1/threads/${threadId}`],
    ['GET', `/v1/threads/${threadId}/messages`],
    ['GET', `/v1/threads/${threadId}/events`],
    ['GET', `/v1/threads/${threadId}/events?after_seq=0`],
    ['POST', `/v1/threads/${threadId}/runs`, { text: 'hello' }],
  ];

  it('on every route', async () => {
    for (const [method, path, body] of routes()) {
      const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const answer = await bob.call(path, init);
      const text = await answer.text();
      expect([method, path, answer.status]).toEqual([method, path, 404]);
      expect(JSON.parse(text).code).toBe('thread_unknown');
      expect(text).not.toContain(SECRET);
    }
  });

  it('as a stream of server-sent events', async () => {
    const headers = { accept: 'text/event-stream' };
    const answer = await bob.call(`/v1/threads/${threadId}/events`, { headers });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'thread_unknown' });
  });

  it('is answered exactly as a thread that does not exist', async () => {
    const strip = async (answer: Response) => {
      const { attempt_id: _id, ...problem } = (await answer.json()) as Record<string, unknown>;
      return problem;
    };
    const foreign = await strip(await bob.call(`/v1/threads/${threadId}`));
    const missing = await strip(await bob.call('/v1/threads/thr_00000000000000000000000000000000'));
    expect(foreign).toEqual(missing);
  });

  it('on every frame', async () => {
    bobSocket.send({ type: 'subscribe', id: 'b1', thread_id: threadId });
    bobSocket.send({ type: 'subscribe', id: 'b2', thread_id: threadId, epoch: 'x', after_seq: 0 });
    bobSocket.send({ type: 'user_message', id: 'b3', thread_id: threadId, text: 'hello' });
    bobSocket.send({ type: 'user_message', id: 'b4', thread_id: threadId, text: 'hello', overlap: 'steer' });
    for (const ref of ['b1', 'b2', 'b3', 'b4']) {
      const { code } = await bobSocket.next('error', (frame) => frame.ref === ref);
      expect([ref, code]).toEqual([ref, 'thread_unknown']);
    }
  });
});

describe("another user's run is unknown", () => {
  it('on every route', async () => {
    for (const [method, path] of [
      ['GET', `/v1/runs/${runId}`],
      ['POST', `/v1/runs/${runId}/cancel`],
    ] as const) {
      const answer = await bob.call(path, { method });
      expect([path, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        path,
        404,
        'run_unknown',
      ]);
    }
  });

  it('on every frame, and it goes on', async () => {
    bobSocket.send({ type: 'cancel_run', id: 'b5', run_id: runId });
    bobSocket.send({
      type: 'decide_approval',
      id: 'b6',
      run_id: runId,
      approval_id: 'apr_1',
      decision: 'approve',
    });
    expect((await bobSocket.next('error', (frame) => frame.ref === 'b5')).code).toBe('run_unknown');
    expect(['run_unknown', 'approval_unknown']).toContain(
      (await bobSocket.next('error', (frame) => frame.ref === 'b6')).code,
    );
    const run = (await (await ada.call(`/v1/runs/${runId}`)).json()) as { status: string };
    expect(run.status).toBe('running');
  });
});

it('lists nothing of hers, and streams nothing of hers to him', async () => {
  const list = await (await bob.call('/v1/threads')).text();
  expect(list).not.toContain(threadId);
  release();
  await ada.call(`/v1/threads/${threadId}`, { method: 'PATCH', body: JSON.stringify({ title: SECRET }) });
  bobSocket.send({ type: 'ping', id: 'last' });
  await bobSocket.next('pong', (frame) => frame.ref === 'last');
  expect(bobSocket.text()).not.toContain(SECRET);
  expect(bobSocket.frames.filter((frame) => JSON.stringify(frame).includes(threadId))).toEqual([]);
});

it('does not mistake the same message id of two users for one', async () => {
  const hers = await ada.call('/v1/threads', { method: 'POST', body: '{}' });
  const his = await bob.call('/v1/threads', { method: 'POST', body: '{}' });
  const post = async (person: Person, answer: Response) => {
    const { thread_id } = (await answer.json()) as { thread_id: string };
    const headers = { 'idempotency-key': 'the-same-id' };
    return person.call(`/v1/threads/${thread_id}/runs`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ text: 'x' }),
    });
  };
  const [first, second] = [await post(ada, hers), await post(bob, his)];
  expect([first.ok, second.ok]).toEqual([true, true]);
});
