import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { e2eUser } from '@netra/client/testing';
import { createTestDatabase, type TestDatabase } from '@netra/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from './main.ts';
import { logout } from './remote/logout.ts';
import { type NetraProcess, startNetra } from './testing/netra-process.ts';
import { type RecordingIo, recordingIo } from './testing/recording-io.ts';
import { post } from './testing/requests.ts';

const password = 'correct horse battery staple';
const e2eKey = 'Kq4Vn8Ts2Wy6Bd0Fg3Hj7Lm1Pc5Rx9Zeee';

let home: string;
let server: NetraProcess;
let url: string;
let env: Record<string, string>;

// One server with its own PostgreSQL; the commands run beside it, as an operator would run them.
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'netra-admin-'));
  env = { NETRA_DATA_DIR: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config') };
  server = startNetra(['up'], { ...env, PORT: '0', E2E_OAUTH_SIMULATION_KEY: e2eKey });
  url = (await server.waitFor(/Open\s+(http:\S+)[\s\S]*Stop\s+Ctrl-C/))[1] ?? '';
}, 90_000);
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exited;
  await rm(home, { recursive: true, force: true });
});

async function netra(args: string[], options: Parameters<typeof recordingIo>[0] = {}): Promise<RecordingIo> {
  const io = recordingIo({ env, ...options });
  const exitCode = await main(args, io);
  expect([exitCode, io.errors()]).toEqual([0, '']);
  return io;
}

async function failing(args: string[], options: Parameters<typeof recordingIo>[0] = {}): Promise<string> {
  const io = recordingIo({ env, ...options });
  expect(await main(args, io)).toBe(2);
  return io.errors();
}

const threads = (token: string) =>
  fetch(`${url}/v1/threads`, { headers: { Authorization: `Bearer ${token}` } });
const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code;

describe('beside a running server', { timeout: 60_000 }, () => {
  it('creates an operator, whose link chooses the password', async () => {
    const io = await netra(['users', 'create', 'Ada@example.com', '--operator', '--json']);
    const { link, roles, email } = JSON.parse(io.output());
    expect({ roles, email }).toEqual({ roles: ['user', 'operator'], email: 'ada@example.com' });
    const token = new URL(link).hash.slice(1);
    await post(`${url}/auth/reset-password`, { token, newPassword: password });
    await post(`${url}/auth/sign-in/email`, { email, password });
    const listed = await netra(['users', 'list']);
    expect(listed.output()).toMatch(/ada@example\.com +\S+ +operator +active/);
  });

  it('issues a token that the server accepts, until the user is deactivated', async () => {
    await netra(['users', 'create', 'bo@example.com', '--password-stdin'], { stdin: `${password}\n` });
    const token = (await netra(['token', 'issue', 'bo@example.com'])).output();
    expect((await threads(token)).status).toBe(200);
    await netra(['users', 'deactivate', 'bo@example.com']);
    await expect.poll(async () => codeOf(await threads(token)), { timeout: 5_000 }).toBe('user_inactive');
    expect(await failing(['token', 'issue', 'bo@example.com'])).toContain(
      'netra users activate bo@example.com',
    );
    await netra(['users', 'activate', 'bo@example.com']);
    const again = (await netra(['token', 'issue', 'bo@example.com'])).output();
    await expect.poll(async () => (await threads(again)).status, { timeout: 5_000 }).toBe(200);
  });

  it('resets a password without mail, and changes roles', async () => {
    await netra(['users', 'create', 'cy@example.com', '--password-stdin'], { stdin: password });
    const { link } = JSON.parse((await netra(['users', 'reset', 'cy@example.com', '--json'])).output());
    const newPassword = 'another fine long phrase';
    await post(`${url}/auth/reset-password`, { token: new URL(link).hash.slice(1), newPassword });
    await post(`${url}/auth/sign-in/email`, { email: 'cy@example.com', password: newPassword });
    const changed = await netra(['users', 'role', 'cy@example.com', '--role', 'operator', '--json']);
    expect(JSON.parse(changed.output()).roles).toEqual(['operator']);
    expect(await failing(['users', 'reset', 'nobody@example.com'])).toContain('netra users list');
  });

  it('signs in for programs, keeps the key for this user alone, and prints tokens by it', async () => {
    await netra(['users', 'create', 'di@example.com', '--password-stdin'], { stdin: password });
    await netra(['login', url], { answers: ['di@example.com', password] });
    const file = join(home, 'config/netra/credentials.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const token = (await netra(['token', 'print'])).output();
    expect((await threads(token)).status).toBe(200);
    const { api_key: apiKey } = JSON.parse(await readFile(file, 'utf8')).servers[url];
    const out = (await netra(['logout'])).output();
    expect(out).toContain('revoked');
    expect(await failing(['token', 'print'])).toContain('netra login');
    const asked = await fetch(`${url}/auth/token`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
    });
    expect(await codeOf(asked)).toBe('session_ended');
    await expect.poll(async () => codeOf(await threads(token)), { timeout: 5_000 }).toBe('session_ended');
    await netra(['login', url], { answers: ['di@example.com', password] });
    const away = logout({
      io: recordingIo({ env }),
      url,
      local: false,
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    });
    await expect(away).rejects.toMatchObject({
      code: 'logout_failed',
      fix: expect.stringContaining('--local'),
    });
    expect((await netra(['token', 'print'])).output()).not.toBe('');
    expect((await netra(['logout', '--local'])).output()).toContain('stays good');
    expect(await failing(['token', 'print'])).toContain('netra login');
    const wrong = await failing(['login', url], { answers: ['di@example.com', 'not the password'] });
    expect(wrong).not.toContain('not the password');
    expect(await failing(['login', 'http://chat.example.com'])).toContain('https://');
  });

  it('makes users for tests again and again, and one line signs a test in as one', async () => {
    const first = JSON.parse((await netra(['seed', 'e2e', '--json'])).output());
    expect(first.users.map(({ user_id }: { user_id: string }) => user_id)).toEqual([
      'staging-e2e-user-001',
      'staging-e2e-user-002',
      'staging-e2e-user-003',
    ]);
    await netra(['users', 'deactivate', 'staging-e2e-user-002']);
    const second = JSON.parse((await netra(['seed', 'e2e', '--json'])).output());
    expect(second.users.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'unchanged',
      'reactivated',
      'unchanged',
    ]);
    const { client, user, getToken } = await e2eUser(url, e2eKey, { userId: 'staging-e2e-user-003' });
    expect(user.user_id).toBe('staging-e2e-user-003');
    expect(await client.request({ path: '/v1/threads' })).toMatchObject({ items: [] });
    expect((await threads(await getToken())).status).toBe(200);
    client.close();
    await expect(e2eUser(url, 'wrong-key')).rejects.toMatchObject({ code: 'e2e_key_invalid' });
    const issued = (await netra(['token', 'issue', 'staging-e2e-user-001'])).output();
    expect((await threads(issued)).status).toBe(200);
  });

  it('rotates keys without refusing anybody, takes it back, and revokes a key at once', async () => {
    const token = (await netra(['token', 'issue', 'ada@example.com'])).output();
    const { kid } = JSON.parse((await netra(['keys', 'rotate', '--json'])).output());
    const listed = await netra(['keys', 'list']);
    expect(listed.output()).toMatch(new RegExp(`${kid} +next`));
    expect(listed.output()).toMatch(/SERVICE_SECRET +made by development +[0-9a-f]{12}/);
    expect((await threads(token)).status).toBe(200);
    await netra(['keys', 'revert']);
    expect((await netra(['keys', 'list'])).output()).not.toContain(kid);

    const { keys } = JSON.parse((await netra(['keys', 'list', '--json'])).output());
    const active = keys.find(({ state }: { state: string }) => state === 'active').kid;
    await netra(['keys', 'revoke', active]);
    await expect.poll(async () => (await threads(token)).status, { timeout: 5_000 }).toBe(401);
    const fresh = (await netra(['token', 'issue', 'ada@example.com'])).output();
    await expect.poll(async () => (await threads(fresh)).status, { timeout: 5_000 }).toBe(200);
  });

  it('adds a second secret of a service and revokes it', async () => {
    const added = JSON.parse((await netra(['services', 'add', '--days', '30', '--json'])).output());
    const basic = Buffer.from(`netra-gateway:${added.secret}`).toString('base64');
    const ask = () =>
      fetch(`${url}/auth/service/token`, {
        method: 'POST',
        headers: { Authorization: `Basic ${basic}`, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'grant_type=client_credentials',
      });
    expect((await ask()).status).toBe(200);
    const listed = (await netra(['services', 'list'])).output();
    expect(listed).toContain(added.credential_id);
    expect(listed).not.toContain(added.secret);
    await netra(['services', 'revoke', added.credential_id]);
    expect((await ask()).status).toBe(401);
  });
});

describe('a production without a running server', { timeout: 60_000 }, () => {
  let database: TestDatabase;
  let production: Record<string, string>;
  beforeAll(async () => {
    database = await createTestDatabase();
    const { host, port, user, database: name } = database.connection;
    production = {
      ENVIRONMENT: 'production',
      NETRA_PUBLIC_URL: 'https://chat.example.com',
      DATABASE_URL: `postgres://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host ?? '')}`,
      AUTH_ENCRYPTION_KEY: 'p3Vd0Jq8Rz1Lx6Tn4Bw9Hs2Kf7Gm5Ycaa',
      SERVICE_SECRET: 'Zt8Qb1Wn5Xe3Uo7Ri9Ks2Ld4Mf6Gh0Jvcc',
    };
  });
  afterAll(() => database.drop());

  it('gets its first operator, and neither test users nor tokens for the asking', async () => {
    const created = await netra(['users', 'create', 'first@example.com', '--operator'], { env: production });
    expect(created.output()).toContain('https://chat.example.com/reset-password#');
    expect(await failing(['seed', 'e2e'], { env: production })).toContain('Production has no users');
    expect(await failing(['token', 'issue', 'first@example.com'], { env: production })).toContain(
      'netra login',
    );
  });

  it('could not run without the settings of the server, and lists all of them', async () => {
    const errors = await failing(['users', 'list'], { env: { ENVIRONMENT: 'production' } });
    for (const name of ['NETRA_PUBLIC_URL', 'DATABASE_URL', 'AUTH_ENCRYPTION_KEY', 'SERVICE_SECRET'])
      expect(errors).toContain(name);
  });
});
