import {
  opsAttemptPageSchema,
  opsAttemptSchema,
  opsConnectionPageSchema,
  opsKeysSchema,
  opsRefusalsSchema,
  opsStatusSchema,
} from '@netra/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { refusedUpgrade } from '../testing/raw-upgrade.ts';

let kit: TestGateway;
let other: TestGateway;
beforeAll(async () => {
  kit = await startTestGateway();
  kit.issuer.addUser({ user_id: 'olga', roles: ['user', 'operator'] });
  kit.issuer.addUser({ user_id: 'reader', roles: ['user', 'operator'], permissions: ['chat', 'ops:read'] });
  other = await startTestGateway({ beside: kit });
});
afterAll(async () => {
  await other.close();
  await kit.close();
});

async function get(path: string, user = 'olga'): Promise<unknown> {
  const response = await kit.request(path, { user });
  expect(response.status).toBe(200);
  return response.json();
}

test.each([
  ['GET', '/v1/ops/status'],
  ['GET', '/v1/ops/attempts'],
  ['GET', '/v1/ops/attempts/att_x'],
  ['GET', '/v1/ops/refusals'],
  ['GET', '/v1/ops/connections'],
  ['GET', '/v1/ops/keys'],
  ['DELETE', '/v1/ops/connections/con_x'],
])('%s %s is for operators only', async (method, path) => {
  const refused = await kit.request(path, { user: 'ada', method });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ code: 'permission_missing' });
  expect((await kit.request(path, { method })).status).toBe(401);
});

test('who may only look cannot end a connection', async () => {
  await get('/v1/ops/connections', 'reader');
  const headers = await kit.request('/v1/ops/connections', { user: 'reader', method: 'HEAD' });
  expect(headers.status).toBe(200);
  const refused = await kit.request('/v1/ops/connections/con_x', { user: 'reader', method: 'DELETE' });
  expect(await refused.json()).toMatchObject({
    code: 'permission_missing',
    detail: expect.stringContaining('ops:write'),
  });
});

test('status tells checks, handshakes and how long their steps took', async () => {
  const client = await kit.connect('ada');
  await refusedUpgrade({ port: kit.port });
  const status = opsStatusSchema.parse(await get('/v1/ops/status'));
  expect(status).toMatchObject({ status: 'ok', environment: 'development', auth_circuit: 'closed' });
  expect(status.checks.map(({ name }) => name)).toEqual(['database', 'auth', 'keys', 'accepting']);
  expect(status.handshakes.refused).toContainEqual({ code: 'credential_missing', count: 1 });
  expect(status.handshakes.accepted_share).toBeGreaterThan(0);
  expect(status.handshakes.accepted_share).toBeLessThan(1);
  const { average_ms: averageMs = 0, slowest_ms: slowestMs = 0, minutes } = status.handshakes;
  expect(averageMs).toBeGreaterThan(0);
  expect(slowestMs).toBeGreaterThanOrEqual(averageMs);
  expect(minutes.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(status.handshakes.accepted);
  expect(minutes.reduce((sum, { refused }) => sum + refused, 0)).toBe(1);
  expect(status.steps.find(({ step }) => step === 'token')).toMatchObject({
    count: 1,
    p99_ms: expect.any(Number),
  });
  client.webSocket.close();
  await client.closed;
});

test('attempts are found by code, user and time, and one by its id', async () => {
  kit.issuer.addUser({ user_id: 'gone', active: false });
  const headers = { Authorization: `Bearer ${kit.issuer.token('gone')}` };
  const { problem } = await refusedUpgrade({ port: kit.port, headers });
  const list = async (query: string) =>
    opsAttemptPageSchema.parse(await get(`/v1/ops/attempts?${query}`)).items.map(({ attempt_id: id }) => id);
  expect(await list('code=user_inactive')).toEqual([problem.attempt_id]);
  expect(await list('user_id=gone')).toEqual([problem.attempt_id]);
  expect(await list('code=user_inactive&since=2999-01-01T00:00:00Z')).toEqual([]);
  expect((await list('limit=1')).length).toBe(1);
  const one = opsAttemptSchema.parse(await get(`/v1/ops/attempts/${String(problem.attempt_id)}`));
  expect(one).toMatchObject({ code: 'user_inactive', user_id: 'gone', facts: { user: { active: false } } });
  expect((await kit.request('/v1/ops/attempts/att_unknown', { user: 'olga' })).status).toBe(404);
  const wrong = await kit.request('/v1/ops/attempts?code=nonsense', { user: 'olga' });
  expect(await wrong.json()).toMatchObject({ code: 'request_malformed' });
});

test('attempts come in pages, newest first, none twice and none left out', async () => {
  for (let count = 0; count < 5; count++) await refusedUpgrade({ port: kit.port });
  const page = async (query: string) => opsAttemptPageSchema.parse(await get(`/v1/ops/attempts?${query}`));
  const all = (await page('code=credential_missing&limit=200')).items;
  const paged: typeof all = [];
  let cursor = '';
  do {
    const { items, next_cursor: next = '' } = await page(`code=credential_missing&limit=2${cursor}`);
    paged.push(...items);
    cursor = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
  } while (cursor !== '');
  expect(paged.map(({ attempt_id: id }) => id)).toEqual(all.map(({ attempt_id: id }) => id));
  expect(all.length).toBeGreaterThanOrEqual(5);
  const wrong = await kit.request('/v1/ops/attempts?cursor=nonsense', { user: 'olga' });
  expect(await wrong.json()).toMatchObject({ code: 'request_malformed' });
});

test('what was refused is counted by code and root cause, on every node, once it is explained', async () => {
  // A node of its own explains at once; the others still have what the tests before left them.
  const fresh = await startTestGateway({ beside: kit });
  kit.issuer.addUser({ user_id: 'away', active: false });
  const headers = { Authorization: `Bearer ${kit.issuer.token('away')}` };
  const { problem } = await refusedUpgrade({ port: fresh.port, headers });
  const id = String(problem.attempt_id);
  await vi.waitFor(
    async () => {
      const answer = await other.request('/v1/ops/refusals', { user: 'olga' });
      const { items } = opsRefusalsSchema.parse(await answer.json());
      expect(items).toContainEqual(
        expect.objectContaining({
          code: 'user_inactive',
          cause: { root_cause: 'user_deactivated', title: expect.any(String) },
          example_attempt_id: id,
        }),
      );
    },
    { timeout: 15_000, interval: 200 },
  );
  await fresh.close();
  const page = opsAttemptPageSchema.parse(await get('/v1/ops/attempts?root_cause=user_deactivated'));
  expect(page.items[0]).toMatchObject({ attempt_id: id, cause: { root_cause: 'user_deactivated' } });
  expect(await get('/v1/ops/attempts?root_cause=auth_down')).toEqual({ items: [] });
  expect(await get('/v1/ops/refusals?since=2999-01-01T00:00:00Z')).toMatchObject({ items: [] });
});

test('an operator ends a connection, on whichever node it is', async () => {
  const [here, there] = [await kit.connect('bob'), await other.connect('bob')];
  const { connection_id: idHere } = await here.next('connection_established');
  const { connection_id: idThere } = await there.next('connection_established');
  const page = opsConnectionPageSchema.parse(await get('/v1/ops/connections?user_id=bob'));
  const elsewhere = await other.request('/v1/ops/connections?user_id=bob', { user: 'olga' });
  const { node, items } = opsConnectionPageSchema.parse(await elsewhere.json());
  expect(node.node_id).not.toBe(page.node.node_id);
  expect(items).toMatchObject([{ connection_id: idThere }]);
  expect(await get('/v1/ops/connections?limit=0')).toMatchObject({ items: [], open_connections: 1 });
  expect(page.items).toMatchObject([
    { connection_id: idHere, kind: 'websocket', user_id: 'bob', session_id: 'session-of-bob' },
  ]);
  const end = async (id: string) =>
    (await kit.request(`/v1/ops/connections/${id}`, { user: 'olga', method: 'DELETE' })).status;
  expect(await end(idHere)).toBe(204);
  expect(await end(idThere)).toBe(202);
  for (const { closed } of [here, there])
    expect(await closed).toEqual({ code: 3003, reason: 'disconnected_by_operator' });
});

test('keys are told by name, with whether the auth service signs with the same', async () => {
  const text = JSON.stringify(await get('/v1/ops/keys'));
  const keys = opsKeysSchema.parse(JSON.parse(text));
  expect(keys).toMatchObject({
    checked_with: { key_mode: 'public_keys' },
    matches: true,
    signed_with: { items: [{ state: 'active' }] },
  });
  expect(text).not.toMatch(/"[xyd]":/);
});
