import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { IncidentEvent } from '@netra/diagnosis';
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
  return attempt.finish(refusal('auth_unavailable'));
}

function start(announce: (event: IncidentEvent) => void = () => undefined) {
  const probes = { auth: async () => ({ reachable: false, error: 'ECONNREFUSED' }) };
  const store = createIncidentStore(pool);
  return createIncidents({ probes, store, announce, release: '1.2.3', now: Date.now, log, pauseMs: 0 });
}

test('refusals of one cause become an incident, which another node and the next process know', async () => {
  const events: IncidentEvent[] = [];
  const incidents = start((event) => events.push(event));
  for (const user of ['ada', 'bob', 'ada']) incidents.watch(refused(user));
  await vi.waitFor(() => expect(events).toHaveLength(1));
  expect(events[0]).toMatchObject({
    type: 'incident_opened',
    incident: { root_cause: 'auth_down', count: 3, user_count: 2, release: '1.2.3' },
  });
  await incidents.stop();

  const later = start((event) => events.push(event));
  await later.start();
  expect(await later.list({ limit: 10 })).toEqual([events[0]?.incident]);
  later.watch(refused('eve'));
  await later.stop();
  expect(events).toHaveLength(1);
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
  for (let count = 0; count < 5_000; count++) incidents.watch(refused('flood'));
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
  const incident = { incident_id: 'inc_1', root_cause: 'auth_down' } as IncidentEvent['incident']; // as much as is told
  announce({ type: 'incident_updated', incident });
  announce({ type: 'incident_opened', incident });
  await vi.waitFor(() => expect(received).toHaveLength(1));
  expect(received[0]).toEqual({ type: 'incident_opened', incident, url: 'https://chat.test' });
  server.close();
});
