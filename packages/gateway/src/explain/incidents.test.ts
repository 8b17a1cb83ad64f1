import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { ClosedConnection, IncidentEvent, OpenIncident } from '@netra/diagnosis';
import { refusal } from '@netra/protocol';
import { createLogger, createPool, migrate } from '@netra/service';
import { createTestDatabase } from '@netra/service/testing';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { beginAttempt } from '../attempts/attempt.ts';
import { gatewayMigrations } from '../migrations.ts';
import { createAnnounceIncident } from './announce-incident.ts';
import { createIncidentStore } from './incident-store.ts';
import { createIncidents } from './incidents.ts';

const log = createLogger({ level: 'silent' });
let pool: Pool;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  drop = () => database.drop();
  pool = createPool(database.connection, { schema: 'netra' });
  await migrate({ pool, schema: 'netra', migrations: await gatewayMigrations(), log });
});
afterAll(async () => {
  await pool.end();
  await drop();
});

function refused(userId: string) {
  const attempt = beginAttempt({ now: Date.now });
  attempt.note({ userId });
  return { kind: 'attempt', attempt: attempt.finish(refusal('auth_unavailable')) } as const;
}

function start(announce: (event: IncidentEvent) => void = () => undefined, now = Date.now) {
  const probes = { auth: async () => ({ reachable: false, error: 'ECONNREFUSED' }) };
  const store = createIncidentStore(pool);
  return createIncidents({ probes, store, announce, release: '1.2.3', now, log, pauseMs: 0 });
}

test('refusals of one cause become an incident, which another node and the next process know', async () => {
  const events: IncidentEvent[] = [];
  const incidents = start((event) => events.push(event));
  for (const user of ['ada', 'bob', 'ada']) incidents.watch(async () => refused(user));
  await vi.waitFor(() => expect(events).toHaveLength(1));
  expect(events[0]).toMatchObject({
    type: 'incident_opened',
    incident: { root_cause: 'auth_down', count: 3, user_count: 2, release: '1.2.3' },
  });
  await incidents.stop();

  const later = start((event) => events.push(event));
  await later.start();
  expect(await later.list({ limit: 10 })).toEqual([events[0]?.incident]);
  later.watch(async () => refused('eve'));
  await later.stop();
  expect(events).toHaveLength(1);
});

test('several nodes have one incident for a cause: it opens once, counts add up, and it closes once', async () => {
  await pool.query('DELETE FROM incidents');
  const events: IncidentEvent[] = [];
  let aheadMs = 0;
  const clock = () => Date.now() + aheadMs;
  const nodes = [0, 1, 2].map(() => start((event) => events.push(event), clock));
  const [first, second, third] = nodes;
  for (const node of nodes) for (const user of ['ada', 'bob', 'eve']) node.watch(async () => refused(user));
  const open = async () => (await pool.query('SELECT record FROM incidents WHERE is_open')).rows;
  await vi.waitFor(async () => expect((await open())[0]?.record.count).toBe(9));
  expect(await open()).toMatchObject([{ record: { root_cause: 'auth_down', count: 9, user_count: 3 } }]);
  expect(events.map(({ type }) => type)).toEqual(['incident_opened']);

  // A node counts on what it did not open, and hears of it when it looks.
  third?.watch(async () => refused('zoe'));
  await third?.sync();
  await vi.waitFor(async () => {
    await third?.sync();
    expect(await open()).toMatchObject([{ record: { count: 10, user_count: 4 } }]);
  });

  aheadMs = 11 * 60_000;
  for (const node of [first, second, third]) await node?.sync();
  expect(await open()).toEqual([]);
  expect(events.map(({ type }) => type)).toEqual(['incident_opened', 'incident_closed']);
  expect(events[1]?.incident).toMatchObject({ state: 'closed', count: 10, user_count: 4 });
  for (const node of nodes) await node.stop();
});

test('connections that broke behind a proxy and runs that failed become incidents, single lost ones do not', async () => {
  await pool.query('DELETE FROM incidents');
  const events: IncidentEvent[] = [];
  const node = start((event) => events.push(event));
  const run = (number: number) => ({
    run_id: `run_${number}`,
    at: new Date().toISOString(),
    code: 'model_rate_limited' as const,
    agent: 'guide',
    duration_ms: 10,
    user_id: 'ada',
  });
  const lost = (number: number): ClosedConnection => ({
    connection_id: `con_${number}`,
    attempt_id: `att_${number}`,
    at: new Date().toISOString(),
    code: 'client_gone',
    ended_by: 'network',
    age_ms: 1_000 * number,
    silence_ms: 3,
    queued_bytes: 0,
    limits: {},
    client: {},
  });
  for (const number of [1, 2, 3]) {
    node.watch(async () => ({ kind: 'connection', connection: lost(number) }), { isMinor: true });
    node.watch(async () => ({ kind: 'run', run: run(number) }));
  }
  await vi.waitFor(() => expect(events).toHaveLength(1));
  expect(events).toMatchObject([
    { type: 'incident_opened', incident: { root_cause: 'model_rate_limited', count: 3, user_count: 1 } },
  ]);
  await node.stop();
});

test('a flood is cut, and stopping waits for no more than the refusal in hand', async () => {
  let asked = 0;
  const auth = async () => {
    asked++;
    return { reachable: true };
  };
  const store = createIncidentStore(pool);
  const rest = { store, announce: () => undefined, release: undefined, now: Date.now, log };
  const incidents = createIncidents({ ...rest, probes: { auth }, pauseMs: 60_000 });
  for (let count = 0; count < 5_000; count++) incidents.watch(async () => refused('flood'));
  await vi.waitFor(() => expect(asked).toBe(1));
  await incidents.stop();
  expect(asked).toBe(1);
});

test('an incident that opens or closes is sent to the webhook, and one that goes on is not', async () => {
  const received: unknown[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    void json(request).then((body) => {
      received.push(body);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const webhookUrl = `http://127.0.0.1:${port}/hook`;
  const announce = createAnnounceIncident({ webhookUrl, publicUrl: 'https://chat.test', log });
  const incident = { incident_id: 'inc_1', root_cause: 'auth_down', state: 'open' } as OpenIncident; // as much as is told
  announce({ type: 'incident_updated', incident });
  announce({ type: 'incident_opened', incident });
  await vi.waitFor(() => expect(received).toHaveLength(1));
  expect(received[0]).toEqual({ type: 'incident_opened', incident, url: 'https://chat.test' });
  server.close();
});
