import { agentFromRun } from '@netra/agent';
import type { ClientFrame } from '@netra/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from './testing/gateway-kit.ts';
import type { SocketClient } from './testing/socket-client.ts';

let kit: TestGateway;
let ada: SocketClient;
let bob: SocketClient;
let threadId: string;
let runId: string;
const large = 'x'.repeat(70_000);

/** Calls a tool with a result that travels by reference, so that every route has something to protect. */
const agent = agentFromRun({
  name: 'reader',
  description: 'Reads something large.',
  async *run() {
    yield { type: 'tool_executing', toolCallId: 'call_1', toolName: 'read', arguments: {} };
    yield {
      type: 'tool_completed',
      toolCallId: 'call_1',
      toolName: 'read',
      ok: true,
      result: large,
      durationMs: 1,
    };
    yield { type: 'message', delta: 'the answer for ada' };
  },
});

beforeAll(async () => {
  kit = await startTestGateway({ agent });
  [ada, bob] = [await kit.connect('ada'), await kit.connect('bob')];
  ada.send({ type: 'user_message', id: 'm1', text: 'a question of ada' });
  const completed = await ada.next('agent_completed');
  threadId = completed.thread_id;
  runId = completed.run_id;
});
afterAll(async () => {
  ada.webSocket.close();
  bob.webSocket.close();
  await kit.close();
});

const ROUTES: [method: string, path: () => string, code: string, body?: object][] = [
  ['GET', () => `/v1/threads/${threadId}`, 'thread_unknown'],
  ['PATCH', () => `/v1/threads/${threadId}`, 'thread_unknown', { title: 'taken over' }],
  ['DELETE', () => `/v1/threads/${threadId}`, 'thread_unknown'],
  ['GET', () => `/v1/threads/${threadId}/messages`, 'thread_unknown'],
  ['GET', () => `/v1/threads/${threadId}/events`, 'thread_unknown'],
  ['POST', () => `/v1/threads/${threadId}/runs`, 'thread_unknown', { text: 'hello' }],
  ['GET', () => `/v1/runs/${runId}`, 'run_unknown'],
  ['POST', () => `/v1/runs/${runId}/cancel`, 'run_unknown'],
  ['POST', () => `/v1/runs/${runId}/approvals/x`, 'run_unknown', { decision: 'approve' }],
  ['GET', () => `/v1/runs/${runId}/tools/call_1/result`, 'run_unknown'],
];

test.each(ROUTES)(
  '%s of a foreign %s is %s, as JSON and as a stream, and changes nothing',
  async (method, path, code, body) => {
    for (const accept of ['application/json', 'text/event-stream']) {
      const options = { method, headers: { accept }, ...(body === undefined ? {} : { body }) };
      const foreign = await kit.request(path(), { user: 'bob', ...options });
      const text = await foreign.text();
      expect(JSON.parse(text)).toMatchObject({ code, status: 404 });
      expect(text).not.toContain('ada');
    }
    expect((await kit.request(`/v1/threads/${threadId}`, { user: 'ada' })).status).toBe(200);
  },
);

test('the owner does reach the result by reference', async () => {
  const own = await kit.request(`/v1/runs/${runId}/tools/call_1/result`, { user: 'ada' });
  expect(own.status).toBe(200);
  expect(await own.json()).toBe(large);
});

test('the address of such a result is whole wherever it is told', async () => {
  const url = `${kit.url}/v1/runs/${runId}/tools/call_1/result`;
  const live = ada.frames.find(({ type }) => type === 'tool_completed');
  expect(live).toMatchObject({ data: { result_ref: { url } } });
  for (const path of ['messages', 'events']) {
    const page = await kit.request(`/v1/threads/${threadId}/${path}`, { user: 'ada' });
    expect(JSON.stringify(await page.json())).toContain(`"url":"${url}"`);
  }
  const late = await kit.connect('ada');
  late.send({ type: 'subscribe', thread_id: threadId });
  expect(JSON.stringify((await late.next('subscribed')).snapshot)).toContain(`"url":"${url}"`);
  late.webSocket.close();
});

const FRAMES: [frame: () => ClientFrame, code: string][] = [
  [() => ({ type: 'user_message', id: 'b1', text: 'hello', thread_id: threadId }), 'thread_unknown'],
  [() => ({ type: 'subscribe', id: 'b2', thread_id: threadId }), 'thread_unknown'],
  [() => ({ type: 'subscribe', id: 'b3', thread_id: threadId, epoch: 'x', after_seq: 0 }), 'thread_unknown'],
  [() => ({ type: 'cancel_run', id: 'b4', run_id: runId }), 'run_unknown'],
  [
    () => ({ type: 'decide_approval', id: 'b5', run_id: runId, approval_id: 'x', decision: 'reject' }),
    'run_unknown',
  ],
];

test.each(FRAMES)(
  'a frame about a foreign thread is refused as if there were none (%#)',
  async (frame, code) => {
    bob.send(frame());
    expect(await bob.next('error')).toMatchObject({ ref: frame().id, code });
  },
);

test('nothing of one user is in the lists, the stream or the refusals of another', async () => {
  const list = await kit.request('/v1/threads', { user: 'bob' });
  expect(await list.json()).toEqual({ items: [] });
  ada.send({ type: 'user_message', id: 'm2', text: 'another question of ada', thread_id: threadId });
  await ada.next('agent_completed');
  bob.send({ type: 'ping', id: 'last' });
  await bob.next('pong');
  const heard = JSON.stringify(bob.frames);
  expect(heard).not.toContain(threadId);
  expect(heard).not.toContain('ada');
});

test('a user sees their own refusals, an operator those of all', async () => {
  kit.issuer.addUser({ user_id: 'carl', active: false });
  const refused = await kit.request('/v1/threads', { user: 'carl' });
  const { attempt_id: attemptId } = await refused.json();
  const { recentRefusals, explainAttempt } = kit.gateway.guideProbes;
  const scope = (userId: string, operator = false) => ({
    user: { userId, roles: [], permissions: [] },
    operator,
  });
  expect((await recentRefusals(scope('carl'))).refusals.map(({ code }) => code)).toEqual(['user_inactive']);
  expect((await recentRefusals(scope('ada'))).refusals).toEqual([]);
  expect((await recentRefusals(scope('op', true))).refusals[0]).toMatchObject({ user_id: 'carl' });
  expect(await explainAttempt({ ...scope('ada'), attemptId })).toBeUndefined();
  expect(await explainAttempt({ ...scope('carl'), attemptId })).toMatchObject({ code: 'user_inactive' });
  const operators = await explainAttempt({ ...scope('op', true), attemptId });
  expect(operators?.explanation?.causes[0]?.root_cause).toBe('user_deactivated');
});
