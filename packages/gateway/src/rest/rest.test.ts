import { LIMITS, problemSchema } from '@netra/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALLOWED_ORIGIN, startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { readEvents } from '../testing/sse-client.ts';

let kit: TestGateway;
beforeAll(async () => {
  kit = await startTestGateway();
});
afterAll(() => kit.close());

type RequestOptions = NonNullable<Parameters<TestGateway['request']>[1]>;
const as = (user: string, path: string, options: RequestOptions = {}) =>
  kit.request(path, { user, ...options });

async function createThread(user = 'ada'): Promise<string> {
  const response = await as(user, '/v1/threads', { method: 'POST', body: { title: 'A thread' } });
  expect(response.status).toBe(201);
  return (await response.json()).thread_id;
}

async function runToEnd(threadId: string, text = 'hello') {
  const response = await as('ada', `/v1/threads/${threadId}/runs`, {
    method: 'POST',
    body: { text },
    headers: { accept: 'text/event-stream' },
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  return readEvents(response);
}

describe('threads', () => {
  test('are created, listed page by page, renamed and deleted', async () => {
    const ids = [await createThread(), await createThread(), await createThread()];
    const first = await (await as('ada', '/v1/threads?limit=2')).json();
    expect(first.items).toHaveLength(2);
    const second = await (await as('ada', `/v1/threads?limit=2&cursor=${first.next_cursor}`)).json();
    const listed = [...first.items, ...second.items].map((thread) => thread.thread_id);
    expect(new Set(listed)).toEqual(new Set(ids));

    const path = `/v1/threads/${ids[0]}`;
    const renamed = await as('ada', path, { method: 'PATCH', body: { title: 'Renamed' } });
    expect(await renamed.json()).toMatchObject({ title: 'Renamed' });
    expect((await as('ada', path, { method: 'DELETE' })).status).toBe(204);
    expect((await as('ada', path)).status).toBe(404);
  });

  test('keep messages and events, which come as JSON pages', async () => {
    const threadId = await createThread();
    await runToEnd(threadId);
    const messages = await (await as('ada', `/v1/threads/${threadId}/messages`)).json();
    expect(messages.items.map(({ role }: { role: string }) => role)).toEqual(['user', 'agent']);
    const events = await (await as('ada', `/v1/threads/${threadId}/events?after_seq=1`)).json();
    expect(events.items[0]).toMatchObject({ seq: 2, type: 'agent_started' });
  });
});

describe('runs', () => {
  test('start once per Idempotency-Key', async () => {
    const path = `/v1/threads/${await createThread()}/runs`;
    const options = { method: 'POST', body: { text: 'hello' }, headers: { 'idempotency-key': 'key-1' } };
    const [first, second] = [await as('ada', path, options), await as('ada', path, options)];
    expect(first.status).toBe(201);
    const body = await first.json();
    expect((await second.json()).run_id).toBe(body.run_id);
    expect(body.run).toMatchObject({ run_id: body.run_id, agent: 'echo' });
    const other = await as('ada', path, { ...options, body: { text: 'other' } });
    expect(await other.json()).toMatchObject({ code: 'idempotency_conflict', status: 409 });
  });

  test('stream their events after the ack and close after the last one', async () => {
    const events = await runToEnd(await createThread());
    expect(events.map(({ event }) => event)).toEqual([
      'ack',
      'user_message',
      'agent_started',
      'agent_thinking',
      'agent_message',
      'agent_completed',
      'close',
    ]);
    expect(events[1]?.id).toBe(`${events[0]?.data.epoch}:1`);
    const run = await as('ada', `/v1/runs/${events[0]?.data.run_id}`);
    expect(await run.json()).toMatchObject({ status: 'completed' });
    const cancelled = await as('ada', `/v1/runs/${events[0]?.data.run_id}/cancel`, { method: 'POST' });
    expect(cancelled.status).toBe(200);
    const approval = await as('ada', `/v1/runs/${events[0]?.data.run_id}/approvals/apr_1`, {
      method: 'POST',
      body: { decision: 'approve' },
    });
    expect(await approval.json()).toMatchObject({ code: 'approval_unknown' });
  });

  test('are followed by Last-Event-ID without a gap, and by a snapshot where there is no place to resume', async () => {
    const threadId = await createThread();
    const [ack] = await runToEnd(threadId);
    const path = `/v1/threads/${threadId}/events`;
    const accept = { accept: 'text/event-stream' };
    const isLast = ({ event }: { event: string }) => event === 'agent_completed';
    const lastEventId = { ...accept, 'last-event-id': `${ack?.data.epoch}:2` };
    const resumed = await readEvents(await as('ada', path, { headers: lastEventId }), isLast);
    expect(resumed[0]).toMatchObject({ event: 'subscribed', data: { recovered: true } });
    expect(resumed.slice(1).map(({ data }) => data.seq)).toEqual([3, 4, 5]);

    const fresh = await readEvents(await as('ada', path, { headers: accept }), () => true);
    expect(fresh[0]).toMatchObject({ id: `${ack?.data.epoch}:5`, data: { recovered: false } });
    expect(fresh[0]?.data.snapshot.messages).toHaveLength(2);

    const afterSeq = await readEvents(await as('ada', `${path}?after_seq=4`, { headers: accept }), isLast);
    expect(afterSeq.at(-1)?.data.seq).toBe(5);
    const broken = await as('ada', path, { headers: { ...accept, 'last-event-id': 'nonsense' } });
    expect(await broken.json()).toMatchObject({ code: 'request_malformed' });
  });

  test('a stream ends with its token', async () => {
    const threadId = await createThread();
    const response = await as('ada', `/v1/threads/${threadId}/events`, {
      headers: { accept: 'text/event-stream' },
    });
    kit.clock.advance(LIMITS.accessTokenLifeMs + LIMITS.tokenSkewMs);
    const events = await readEvents(response);
    expect(events.at(-1)).toMatchObject({ event: 'close', data: { code: 'token_expired' } });
  });
});

describe('a request', () => {
  test.each([
    ['an unknown path', '/v1/nothing', {}, 404, 'route_unknown'],
    ['an unknown path outside the API', '/nothing', {}, 404, 'route_unknown'],
    ['another method', '/v1/threads', { method: 'PUT' }, 405, 'method_not_allowed'],
    ['a body that is no JSON', '/v1/threads', { method: 'POST', body: '{' }, 400, 'request_malformed'],
    ['a field that is wrong', '/v1/threads', { method: 'POST', body: { title: 1 } }, 422, 'message_invalid'],
    [
      'a deep body',
      '/v1/threads',
      { method: 'POST', body: '['.repeat(40) + ']'.repeat(40) },
      422,
      'message_invalid',
    ],
    [
      'a body that is too large',
      '/v1/threads',
      { method: 'POST', body: ' '.repeat(LIMITS.maxBodyBytes + 1) },
      413,
      'body_too_large',
    ],
    ['a broken cursor', '/v1/threads?cursor=nonsense', {}, 400, 'request_malformed'],
    ['a broken limit', '/v1/threads?limit=-1', {}, 400, 'request_malformed'],
    ['a token in the URL', '/v1/threads?access_token=x', {}, 400, 'credential_in_url'],
    ['a run that is not there', '/v1/runs/run_x', {}, 404, 'run_unknown'],
    ['a result that is not there', '/v1/runs/run_x/tools/t/result', {}, 404, 'run_unknown'],
  ] as const)('with %s is refused with a problem', async (_name, path, options, status, code) => {
    const response = await as('ada', path, options);
    expect(response.status).toBe(status);
    expect(problemSchema.parse(await response.json())).toMatchObject({ code, status });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  test('without a token is told how to sign in, and leaves an attempt', async () => {
    const response = await kit.request('/v1/threads');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect(await response.json()).toMatchObject({
      code: 'credential_missing',
      attempt_id: response.headers.get('netra-attempt-id'),
    });
  });

  test('of an allowed origin gets CORS, on refusals and preflights too', async () => {
    const refused = await kit.request('/v1/threads', { headers: { origin: ALLOWED_ORIGIN } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe(ALLOWED_ORIGIN);
    expect(refused.headers.get('access-control-expose-headers')).toContain('Retry-After');
    const preflight = await kit.request('/v1/threads', {
      method: 'OPTIONS',
      headers: { origin: ALLOWED_ORIGIN, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization');
    const foreign = await kit.request('/v1/threads', { headers: { origin: 'https://evil.test' } });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('agents are listed with their default', async () => {
  const { items } = await (await as('ada', '/v1/agents')).json();
  expect(items).toEqual([
    { name: 'echo', description: 'Says what it heard.', model: 'echo', is_default: true },
  ]);
});

test('each reason has a page for people and JSON for programs', async () => {
  const json = await (await kit.request('/reasons/token_expired')).json();
  expect(json).toMatchObject({ code: 'token_expired', http: 401, close: 3000 });
  const page = await kit.request('/reasons/token_expired', { headers: { accept: 'text/html' } });
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).toContain('token_expired');
  expect((await kit.request('/reasons/nothing')).status).toBe(404);
});

test('health says live, and ready for as long as known users are served', async () => {
  expect((await kit.request('/health/live')).status).toBe(200);
  expect((await kit.request('/health/ready')).status).toBe(200);
  kit.issuer.state = 'down';
  const ready = await kit.request('/health/ready');
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    status: 'degraded',
    checks: expect.arrayContaining([expect.objectContaining({ name: 'auth', ok: false, degraded: true })]),
  });
  kit.clock.advance(5 * 60_000);
  const late = await kit.request('/health/ready');
  expect([late.status, await late.json()]).toMatchObject([503, { status: 'unavailable' }]);
  expect((await kit.request('/health/live')).status).toBe(200);
  kit.issuer.state = 'up';
});

test('lookups of attempts are rate-limited', async () => {
  const statuses = new Set<number>();
  for (let count = 0; count < 40; count++) statuses.add((await kit.request('/v1/attempts/att_x')).status);
  expect(statuses).toEqual(new Set([404, 429]));
});
