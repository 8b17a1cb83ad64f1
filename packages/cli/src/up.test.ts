import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from './main.ts';
import { type NetraProcess, startNetra } from './testing/netra-process.ts';
import { recordingIo } from './testing/recording-io.ts';
import { post, takeAccessToken } from './testing/requests.ts';

const READY = /Open\s+(http:\S+)[\s\S]*Stop\s+Ctrl-C/;
const password = 'correct horse battery staple';

let dataDir: string;
let started: NetraProcess[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'netra-up-'));
  await chmod(dataDir, 0o755);
  started = [];
});

afterEach(async () => {
  for (const netra of started) netra.kill('SIGTERM');
  await Promise.all(started.map(({ exited }) => exited));
  await rm(dataDir, { recursive: true, force: true });
});

describe('netra up', { timeout: 90_000 }, () => {
  it('says what matters, keeps the data over a stop and a kill, and always starts again', async () => {
    const first = await up();
    expect(first.netra.output()).toMatch(/Sign in\s+\S+\/sign-in\/link#\S+/);
    expect(first.netra.output()).toContain('works once, for 10 minutes');
    expect(first.netra.output()).toContain(dataDir);
    expect(first.netra.output()).toContain('OPENAI_API_KEY');
    await post(`${first.url}/auth/sign-up/email`, { name: 'Ada', email: 'ada@example.com', password });
    first.netra.kill('SIGINT');
    expect(await first.netra.exited).toEqual({ code: 0, signal: null });
    expect(first.netra.output()).toContain('Stopped.');

    const second = await up();
    await signIn(second.url);
    second.netra.kill('SIGKILL');
    await second.netra.exited;

    const third = await up();
    await signIn(third.url);
    third.netra.kill('SIGTERM');
    expect(await third.netra.exited).toEqual({ code: 0, signal: null });
  });

  it('signs the development operator in by its link, once', async () => {
    const { netra, url } = await up();
    const token = (await netra.waitFor(/sign-in\/link#(\S+)/))[1];
    const cookie =
      (await post(`${url}/auth/one-time-token/verify`, { token })).headers.get('set-cookie') ?? '';
    const { user } = await (await post(`${url}/auth/token`, {}, { headers: { Cookie: cookie } })).json();
    expect(user.roles).toContain('operator');
    await post(`${url}/auth/one-time-token/verify`, { token }, { expected: 401 });
  });

  it('refuses a second start on the same data, and the first one goes on', async () => {
    const { url } = await up();
    // On the same port, as a second `npm start` in the same folder would be.
    const second = run(['up'], { PORT: new URL(url).port });
    expect(await second.exited).toEqual({ code: 2, signal: null });
    expect(second.output()).toContain(`is using ${dataDir}`);
    expect(second.output()).toContain('NETRA_DATA_DIR');
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('names the mend when the port is taken', async () => {
    const { url } = await up();
    const port = new URL(url).port;
    const second = run(['up'], { PORT: port, NETRA_DATA_DIR: join(dataDir, 'other') });
    expect(await second.exited).toEqual({ code: 2, signal: null });
    expect(second.output()).toContain(port);
    expect(second.output()).toContain('PORT=');
  });

  it('stops cleanly when it is interrupted while it starts', async () => {
    const netra = run(['up'], { PORT: '0' });
    await netra.waitFor(/Starting PostgreSQL/);
    netra.kill('SIGINT');
    expect(await netra.exited).toEqual({ code: 0, signal: null });
    const { url } = await up();
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });
});

describe('netra token inspect', { timeout: 90_000 }, () => {
  it('gives the verdict of a running server, by its public keys alone', async () => {
    const { url } = await up();
    const token = await takeAccessToken(url, 'bo@example.com');

    const good = recordingIo();
    expect(await main(['token', 'inspect', token, '--url', url], good)).toBe(0);
    expect(good.output()).toMatch(/iss +http/);
    expect(good.output()).toMatch(/exp +\d+ {2}\(expires \S+Z, in \d+ min\)/);
    expect(good.output()).toContain('Good:');
    expect(good.output()).not.toContain(token);

    const piped = recordingIo({ stdin: `${token}\n` });
    expect(await main(['token', 'inspect', '-', '--url', url, '--json'], piped)).toBe(0);
    expect(JSON.parse(piped.output())).toMatchObject({ claims: { aud: 'netra' }, verdict: { ok: true } });

    const wrongPlace = recordingIo();
    expect(
      await main(['token', 'inspect', token, '--url', url, '--environment', 'staging'], wrongPlace),
    ).toBe(1);
    expect(wrongPlace.output()).toContain('Refused: token_environment_wrong');

    const garbled = recordingIo();
    expect(await main(['token', 'inspect', 'abc', '--url', url, '--json'], garbled)).toBe(1);
    expect(JSON.parse(garbled.output())).toMatchObject({ verdict: { ok: false, code: 'token_malformed' } });
  });

  it('could not run without a server to ask', async () => {
    const io = recordingIo();
    // Port 9 is the discard service's: nobody listens there.
    expect(await main(['token', 'inspect', 'a.b.c', '--url', 'http://127.0.0.1:9'], io)).toBe(2);
    expect(io.errors()).toContain('netra token inspect <jwt> --url');
  });
});

function run(args: string[], env: Record<string, string> = {}): NetraProcess {
  const netra = startNetra(args, { NETRA_DATA_DIR: dataDir, ...env });
  started.push(netra);
  return netra;
}

async function up(): Promise<{ netra: NetraProcess; url: string }> {
  const netra = run(['up'], { PORT: '0' });
  const [, url = ''] = await netra.waitFor(READY);
  return { netra, url };
}

async function signIn(url: string): Promise<void> {
  await post(`${url}/auth/sign-in/email`, { email: 'ada@example.com', password });
}
