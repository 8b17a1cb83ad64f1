import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { explanationSchema, problemSchema } from '@netra/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from './main.ts';
import { type NetraProcess, startNetra } from './testing/netra-process.ts';
import { type RecordingIo, recordingIo } from './testing/recording-io.ts';
import { post } from './testing/requests.ts';

const password = 'correct horse battery staple';
const e2eKey = 'Kq4Vn8Ts2Wy6Bd0Fg3Hj7Lm1Pc5Rx9Zeee';

let home: string;
let server: NetraProcess;
let url: string;
let env: Record<string, string>;
let attemptId: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'netra-explain-'));
  env = {
    NETRA_DATA_DIR: join(home, 'data'),
    XDG_CONFIG_HOME: join(home, 'config'),
    E2E_KEY: e2eKey,
  };
  server = startNetra(['up'], { ...env, PORT: '0', E2E_OAUTH_SIMULATION_KEY: e2eKey });
  url = (await server.waitFor(/Open\s+(http:\S+)[\s\S]*Stop\s+Ctrl-C/))[1] ?? '';
  await signInAsOperator('ada@example.com');
  attemptId = await refusedAttempt();
}, 90_000);
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exited;
  await rm(home, { recursive: true, force: true });
});

async function netra(
  args: string[],
  options: Parameters<typeof recordingIo>[0] = {},
): Promise<{ exitCode: number; io: RecordingIo }> {
  const io = recordingIo({ env, ...options });
  return { exitCode: await main(args, io), io };
}

async function signInAsOperator(email: string): Promise<void> {
  const { io } = await netra(['users', 'create', email, '--operator', '--json']);
  const token = new URL(JSON.parse(io.output()).link).hash.slice(1);
  await post(`${url}/auth/reset-password`, { token, newPassword: password });
  const login = ['login', url, '--email', email, '--password-stdin'];
  expect((await netra(login, { stdin: password })).exitCode).toBe(0);
}

const idOf = (body: unknown) => problemSchema.parse(body).attempt_id ?? '';

/** A handshake with something that is no token. */
function refusedAttempt(): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      Authorization: 'Bearer nothing-like-a-token',
    };
    const sent = request(new URL('/ws', url), { headers });
    sent.on('response', (response) => void json(response).then((body) => resolve(idOf(body)), reject));
    sent.on('error', reject);
    sent.end();
  });
}

describe('netra why', { timeout: 60_000 }, () => {
  it('tells an operator who is signed in why an attempt was refused', async () => {
    const { exitCode, io } = await netra(['why', attemptId]);
    expect([exitCode, io.errors()]).toEqual([0, '']);
    expect(io.output()).toContain(`attempt ${attemptId}`);
    expect(io.output()).toMatch(/Root cause: \w+, confidence/);
    expect(io.output()).toContain('Mend');
  });

  it('prints JSON as the contract has it, and the Markdown report', async () => {
    const json = await netra(['why', attemptId, '--format', 'json']);
    expect(explanationSchema.parse(JSON.parse(json.io.output()))).toMatchObject({ code: 'token_malformed' });
    const markdown = await netra(['why', attemptId, '--format', 'md', '--url', url]);
    expect(markdown.io.output()).toContain('```mermaid');
  });

  it('takes an access token from a file or a variable', async () => {
    const token = (await netra(['token', 'print'])).io.output();
    const file = join(home, 'token.txt');
    await writeFile(file, `${token}\n`, { mode: 0o600 });
    const stranger = { ...env, XDG_CONFIG_HOME: join(home, 'nobody'), TOKEN: token };
    for (const place of [
      ['--token-file', file],
      ['--token-env', 'TOKEN'],
    ])
      expect((await netra(['why', attemptId, '--url', url, ...place], { env: stranger })).exitCode).toBe(0);
  });

  it('tells it in text with how many others it met', async () => {
    const { io } = await netra(['why', attemptId]);
    expect(io.output()).toMatch(/What it did\n {2}No other attempt of this cause is on record/);
    expect(io.output()).toMatch(/One attempt refused, before it was known whose it was/);
  });

  it.each([
    ['nobody is signed in', {}],
    ['the settings are wrong as well', { ENVIRONMENT: 'staging', SERVICE_SECRET: 'short' }],
  ])('reads the database of this machine where %s, and says so', async (_what, changed) => {
    const locked = { ...env, XDG_CONFIG_HOME: '/nowhere', ...changed };
    const asked = () => netra(['why', attemptId], { env: locked });
    // Refusals are written once a second.
    await expect.poll(async () => (await asked()).exitCode, { timeout: 10_000 }).toBe(0);
    const { io } = await asked();
    expect(io.errors()).toContain('So the database was asked');
    expect(io.output()).toMatch(/Root cause: \w+, confidence/);
  });

  it.each([
    ['an id that nobody knows', ['att_nobody'], {}, 'attempt_unknown'],
    ['no login', ['att_nobody'], { XDG_CONFIG_HOME: '/nowhere' }, 'netra login'],
    ['an empty secret', ['att_nobody', '--token-env', 'NO_SUCH'], {}, 'NO_SUCH holds no secret'],
  ])('could not ask with %s, and says what to do', async (_what, args, changed, said) => {
    const { exitCode, io } = await netra(['why', ...args], { env: { ...env, ...changed } });
    expect([exitCode, io.output()]).toEqual([2, '']);
    expect(io.errors()).toContain(said);
  });
});

describe('netra doctor', { timeout: 60_000 }, () => {
  it('finds what is not there, ending in the command, and then nothing', async () => {
    const args = ['doctor', url, '--e2e-key-env', 'E2E_KEY', '--environment', 'development'];
    const before = await netra([...args, 'e2e_users']);
    expect(before.exitCode).toBe(1);
    expect(before.io.output()).toMatch(/Root cause: e2e_user_not_seeded\n {2}→ netra seed e2e/);
    expect((await netra(['seed', 'e2e'])).exitCode).toBe(0);
    const after = await netra(args);
    expect([after.exitCode, after.io.output()]).toEqual([0, expect.stringContaining('nothing is wrong')]);
    expect(after.io.output()).not.toContain('Not looked at');
  });

  it('uses the login that is kept for the server', async () => {
    const { exitCode, io } = await netra(['doctor', url, '--json']);
    const { results } = JSON.parse(io.output());
    const skipped = results.filter((each: { outcome: { kind: string } }) => each.outcome.kind === 'skipped');
    expect([exitCode, skipped.map(({ name }: { name: string }) => name)]).toEqual([0, ['e2e_users']]);
  });

  it('opens the gate of a healthy server, and closes that of one that is not there', async () => {
    const open = await netra(['doctor', url, '--gate', '3', '--e2e-key-env', 'E2E_KEY', '--json']);
    expect([open.exitCode, JSON.parse(open.io.output())]).toEqual([
      0,
      expect.objectContaining({ succeeded: 3 }),
    ]);
    const away = 'http://127.0.0.1:9';
    const closed = await netra(['doctor', away, '--gate', '3', '--e2e-key-env', 'E2E_KEY']);
    expect(closed.exitCode).toBe(1);
    expect(closed.io.output()).toMatch(new RegExp(`^Closed: 0 of 3[\\s\\S]*→ netra doctor ${away}$`));
  });

  it('lists its checks', async () => {
    const { io } = await netra(['doctor', '--list']);
    expect(io.output()).toMatch(/^proxy_upgrade +\S/m);
    expect(JSON.parse((await netra(['doctor', '--list', '--json'])).io.output()).checks.length).toBe(21);
  });

  it.each([
    ['no address', [], 'netra doctor https://'],
    ['a check that it has not', ['http://localhost:1', 'feelings'], 'netra doctor --list'],
    ['a gate without a credential', ['http://127.0.0.1:9', '--gate'], 'netra login'],
    ['a key over an open network', ['http://example.com', '--e2e-key-env', 'E2E_KEY'], 'https://'],
  ])('could not look with %s, and says what to do', async (_what, args, said) => {
    const { exitCode, io } = await netra(['doctor', ...args]);
    expect([exitCode, io.output()]).toEqual([2, '']);
    expect(io.errors()).toContain(said);
    expect(io.errors()).not.toContain(e2eKey);
  });
});

describe('netra why, once the server is down', { timeout: 60_000 }, () => {
  it('starts the database for the question and stops it again', async () => {
    server.kill('SIGTERM');
    await server.exited;
    const { exitCode, io } = await netra(['why', attemptId, '--url', url, '--format', 'md']);
    expect([exitCode, io.errors()]).toEqual([0, expect.stringContaining('So the database was asked')]);
    expect(io.output()).toContain('```mermaid');
  });
});
