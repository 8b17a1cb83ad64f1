import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@netra/service/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NetraProcess, startNetra } from './testing/netra-process.ts';
import { takeAccessToken, upgradeStatus } from './testing/requests.ts';

let dataDir: string;
let database: TestDatabase;
let started: NetraProcess[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'netra-split-'));
  database = await createTestDatabase();
  started = [];
});

afterEach(async () => {
  for (const netra of started) netra.kill('SIGTERM');
  await Promise.all(started.map(({ exited }) => exited));
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

describe('netra auth and netra gateway, each in a process of its own', { timeout: 90_000 }, () => {
  it('carry a user from the sign-up over the token to the WebSocket', async () => {
    const ops = { NETRA_OPS_PORT: '0' };
    const auth = await start(['auth'], /The auth service is ready: (\S+)/, ops);
    const gateway = await start(['gateway'], /The gateway is ready: (\S+)/, {
      ...ops,
      NETRA_AUTH_URL: auth.url,
    });
    expect((await fetch(`${auth.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);

    const token = await takeAccessToken(auth.url, 'split@example.com');
    expect(await upgradeStatus(gateway.url, token)).toBe(101);
    expect(await upgradeStatus(gateway.url, undefined)).toBe(401);

    expect(await metricsOf(auth.netra)).toMatch(/^process_cpu_seconds_total /m);
    const counted = await metricsOf(gateway.netra);
    expect(counted).toContain('netra_handshakes_total{code="accepted"} 1\n');
    expect(counted).toContain('netra_handshakes_total{code="credential_missing"} 1\n');

    for (const { netra } of [gateway, auth]) {
      netra.kill('SIGTERM');
      expect(await netra.exited).toEqual({ code: 0, signal: null });
    }
  });

  it('find the schemas that `netra migrate` made, which has nothing to do the second time', async () => {
    const first = run(['migrate', '--json']);
    expect(await first.exited).toEqual({ code: 0, signal: null });
    const { applied } = JSON.parse(first.output());
    expect(applied.auth.length).toBeGreaterThan(0);
    expect(applied.netra.length).toBeGreaterThan(0);
    const second = run(['migrate']);
    expect(await second.exited).toEqual({ code: 0, signal: null });
    expect(second.output()).toContain('up to date');
    const renewed = run(['migrate', '--new-epochs', '--json']);
    expect(await renewed.exited).toEqual({ code: 0, signal: null });
    expect(JSON.parse(renewed.output())).toMatchObject({ renewed_threads: expect.any(Number) });
  });

  it('say when the database does not answer', async () => {
    const netra = run(['auth'], { DATABASE_URL: 'postgres://nobody:hidden@127.0.0.1:9/none' });
    expect(await netra.exited).toEqual({ code: 2, signal: null });
    expect(netra.output()).toContain('PostgreSQL does not answer (PostgreSQL 127.0.0.1:9/none)');
    expect(netra.output()).not.toContain('hidden');
  });
});

async function start(
  args: string[],
  ready: RegExp,
  env: Record<string, string> = {},
): Promise<{ netra: NetraProcess; url: string }> {
  const netra = run(args, env);
  const [, url = ''] = await netra.waitFor(ready);
  return { netra, url };
}

/** Both share the data directory, for the secrets that development makes. */
function run(args: string[], env: Record<string, string> = {}): NetraProcess {
  const { host, port, user, database: name } = database.connection;
  const databaseUrl = `postgres://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host ?? '')}`;
  const netra = startNetra(args, { NETRA_DATA_DIR: dataDir, DATABASE_URL: databaseUrl, PORT: '0', ...env });
  started.push(netra);
  return netra;
}

/** What the process serves at `/metrics`, at the address that it logged. */
async function metricsOf(netra: NetraProcess): Promise<string> {
  const [, port] = await netra.waitFor(/metrics and health are served[\s\S]*?localhost:(\d+)/);
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}
