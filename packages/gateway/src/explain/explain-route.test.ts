import { agentFromRun } from '@netra/agent';
import { explanationSchema, incidentPageSchema, opsAttemptSchema } from '@netra/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';

const failing = () => {
  throw new Error('it is sick');
};

let kit: TestGateway;
beforeAll(async () => {
  kit = await startTestGateway();
  kit.issuer.addUser({ user_id: 'olga', roles: ['operator'] });
});
afterAll(() => kit.close());

const explanationOf = (id: string, options: Parameters<TestGateway['request']>[1] = { user: 'olga' }) =>
  kit.request(`/v1/ops/attempts/${id}/explanation`, options);

async function refusedId(): Promise<string> {
  const response = await fetch(`${kit.url}/ws`, { headers: { authorization: 'Bearer no-token' } });
  return String(response.headers.get('x-attempt-id') ?? (await response.json()).attempt_id);
}

test('an operator is told why, as JSON and as a report, and a user is not', async () => {
  const id = await refusedId();
  expect(explanationSchema.parse(await (await explanationOf(id)).json())).toMatchObject({ attempt_id: id });
  const report = await explanationOf(id, { user: 'olga', headers: { accept: 'text/markdown' } });
  expect(report.headers.get('content-type')).toContain('text/markdown');
  expect(await report.text()).toContain('```mermaid');
  expect((await explanationOf(id, { user: 'ada' })).status).toBe(403);
  expect((await explanationOf(id, {})).status).toBe(401);
  expect((await explanationOf('att_nobody')).status).toBe(404);
});

test('what nobody looked at before has its root cause once it was explained', async () => {
  // As a node left it that stopped before it came to this one.
  const record = {
    attempt_id: 'att_left_behind',
    at: new Date(kit.clock.now()).toISOString(),
    code: 'user_inactive',
    steps: [],
    client: {},
    facts: { user: { exists: true, active: false } },
  };
  await kit.pool.query('INSERT INTO attempts (attempt_id, at, code, record) VALUES ($1, $2, $3, $4)', [
    record.attempt_id,
    record.at,
    record.code,
    record,
  ]);
  const cause = async () => {
    const found = await kit.request(`/v1/ops/attempts/${record.attempt_id}`, { user: 'olga' });
    return opsAttemptSchema.parse(await found.json()).cause?.root_cause;
  };
  expect(await cause()).toBeUndefined();
  await explanationOf(record.attempt_id);
  await vi.waitFor(async () => expect(await cause()).toBe('user_deactivated'), { timeout: 5_000 });
});

test('a connection is explained by its id once it has ended, whoever ended it', async () => {
  const client = await kit.connect('ada');
  const { connection_id: id } = await client.next('connection_established');
  expect((await explanationOf(String(id))).status).toBe(404);
  kit.issuer.addUser({ user_id: 'ada', active: false });
  kit.issuer.revoke({ kind: 'user', user_id: 'ada', code: 'user_inactive' });
  await vi.waitFor(async () => expect((await explanationOf(String(id))).status).toBe(200), {
    timeout: 10_000,
    interval: 200,
  });
  const body = explanationSchema.parse(await (await explanationOf(String(id))).json());
  expect(body).toMatchObject({ subject: { kind: 'connection', id }, code: 'user_inactive' });
  expect(body.causes[0]?.root_cause).toBe('user_deactivated');
});

test('a run that failed is explained by its id, in every form', async () => {
  const own = await startTestGateway({
    agent: agentFromRun({ name: 'sick', description: 'Fails.', run: failing }),
  });
  own.issuer.addUser({ user_id: 'olga', roles: ['operator'] });
  const posted = await own.request('/v1/runs', {
    user: 'ada',
    method: 'POST',
    body: { text: 'Hello' },
    headers: { 'idempotency-key': 'one' },
  });
  const { run_id: id } = await posted.json();
  const explained = (accept: string) =>
    own.request(`/v1/ops/attempts/${String(id)}/explanation`, { user: 'olga', headers: { accept } });
  await vi.waitFor(async () => expect((await explained('*/*')).status).toBe(200), { timeout: 10_000 });
  const body = explanationSchema.parse(await (await explained('application/json')).json());
  expect(body).toMatchObject({ subject: { kind: 'run', id }, code: 'internal_error' });
  expect(await (await explained('text/plain')).text()).toContain(`run ${String(id)}`);
  expect(await (await explained('text/markdown')).text()).toContain('| run |');
  await own.close();
});

test('incidents are listed for operators, since a time', async () => {
  const response = await kit.request('/v1/ops/incidents?limit=5', { user: 'olga' });
  expect(incidentPageSchema.parse(await response.json()).items).toEqual([]);
  expect((await kit.request('/v1/ops/incidents?since=never', { user: 'olga' })).status).toBe(400);
  expect((await kit.request('/v1/ops/incidents', { user: 'bob' })).status).toBe(403);
});
