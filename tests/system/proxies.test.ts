import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { createTestDatabase, type TestDatabase } from '@netra/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CROWD_ISSUERS, crowdToken } from '../kit/crowd-issuer.ts';
import { type Dictation, dictatedAgentModule } from '../kit/dictated-agent.ts';
import { type Fleet, startFleet } from '../kit/fleet.ts';
import { freePort } from '../kit/free-port.ts';
import { poll } from '../kit/poll.ts';
import { findProxy, type ProxyProcess, readSnippet, startHaproxy, startNginx } from '../kit/proxy-process.ts';
import { readLog } from '../kit/resume-drill.ts';
import { ResumingClient } from '../kit/resuming-client.ts';
import { talkWithSdk } from '../kit/sdk-talker.ts';

/** Twenty-five times faster than the default of 25 s, as the proxies' time-outs are beside their defaults of 60 s. */
const HEARTBEAT_MS = 1_000;
/** Where a client may come from, besides 127.0.0.1, which is the proxy's own. */
const CLIENT_ADDRESS = '127.0.0.9';

let database: TestDatabase;
let fleet: Fleet;
let port: number;
const proxies: ProxyProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  port = await freePort();
  const url = `http://localhost:${port}`;
  fleet = await startFleet({
    database: database.connection,
    agents: [dictatedAgentModule],
    env: {
      NETRA_PUBLIC_URL: url,
      NETRA_AUTH_ISSUER: url,
      TRUSTED_PROXIES: '127.0.0.1',
      TRUSTED_ISSUERS: CROWD_ISSUERS,
    },
    // The third one beats too slowly for a proxy that waits 3 s.
    gateways: 3,
    gatewayEnv: (index) => (index < 2 ? { NETRA_HEARTBEAT_MS: String(HEARTBEAT_MS) } : {}),
  });
});

afterAll(async () => {
  // Those of tests that failed; stopping twice does no harm.
  for (const proxy of proxies) await proxy.stop();
  await fleet.stop();
  await database.drop();
});

const lively = (): number[] => fleet.nodes.slice(0, 2).map((node) => node.port);
const slow = (): number[] => fleet.nodes.slice(2).map((node) => node.port);

const KINDS = [
  {
    program: 'nginx',
    start: startNginx,
    impatient: (text: string) => text.replace('proxy_read_timeout 60s', 'proxy_read_timeout 3s'),
  },
  {
    program: 'haproxy',
    start: startHaproxy,
    impatient: (text: string) => text.replace('timeout tunnel 60s', 'timeout tunnel 3s'),
  },
] as const;

const installed = KINDS.filter(({ program }) => findProxy(program) !== undefined);
const places = () => ({ gatewayPorts: lively(), authPort: fleet.authPort });

describe.runIf(installed.length > 0)('behind a proxy', () => {
  it.each(installed)(
    '$program carries sign-in and conversations over one address',
    async ({ program, start }) => {
      const proxy = await start({ ...places(), port });
      proxies.push(proxy);
      const talker = await talkWithSdk({
        url: proxy.url,
        token: crowdToken(`${program}-talker`),
        text: dictate({ count: 20, everyMs: 10 }),
        agent: 'dictated',
        runs: 2,
      });
      expect(talker).toMatchObject({ runs: 2, snapshots: 0, problems: [] });
      expect(await addressSeenBy(proxy)).toBe(CLIENT_ADDRESS);
      await proxy.stop();
    },
  );

  it.concurrent.each(installed)(
    '$program keeps an idle connection when its time-out is longer than the heartbeat',
    async ({ program, start, impatient }) => {
      const proxy = await start({ ...places(), change: impatient });
      proxies.push(proxy);
      let beats = 0;
      const client = follow(proxy, `${program}-idle`, (bytes) => {
        if (bytes.includes('"heartbeat"')) beats++;
      });
      await client.say(dictate({ count: 1, everyMs: 0 }), 'dictated');
      await poll(() => (beats >= 5 ? true : undefined), { deadlineMs: 20_000, what: 'five heartbeats' });
      expect(client.connections).toBe(1);
      client.stop();
      await proxy.stop();
    },
  );

  it.concurrent.each(installed)(
    '$program cuts an idle connection again and again, and nothing is lost',
    async ({ program, start, impatient }) => {
      const proxy = await start({ ...places(), gatewayPorts: slow(), change: impatient });
      proxies.push(proxy);
      const client = follow(proxy, `${program}-cut`);
      await client.say(dictate({ count: 3, everyMs: 4_000 }), 'dictated');
      await poll(() => (client.endedRuns === 1 ? true : undefined), { deadlineMs: 30_000, what: 'the end' });
      expect(client.connections).toBeGreaterThan(2);
      expect(client.problems).toEqual([]);
      const log = await readLog(proxy.url, client.threadId ?? '', crowdToken(`${program}-cut`));
      expect(client.kept.map((event) => event.event_id)).toEqual(log.map((event) => event.event_id));
      client.stop();
      await proxy.stop();
    },
  );
});

describe.runIf(findProxy('nginx') !== undefined)(
  'behind an nginx without the settings for an upgrade',
  () => {
    it('answers a handshake with 426 upgrade_missing', async () => {
      const change = (text: string) => text.replaceAll(/proxy_set_header (Upgrade|Connection) .*;/g, '');
      const proxy = await startNginx({ gatewayPorts: lively(), authPort: fleet.authPort, change });
      proxies.push(proxy);
      const authorization = `Bearer ${crowdToken('plain')}`;
      const answer = await call(proxy.port, '/ws', {
        connection: 'Upgrade',
        upgrade: 'websocket',
        authorization,
      });
      expect(answer).toMatchObject({ status: 426, body: { code: 'upgrade_missing' } });
      await proxy.stop();
    });
  },
);

describe('without trusted proxies', () => {
  it('does not believe X-Forwarded-For', async () => {
    const other = await createTestDatabase();
    const strict = await startFleet({ database: other.connection, gateways: 0 });
    expect(await addressSeenBy({ port: strict.authPort, url: strict.authUrl })).toBe(CLIENT_ADDRESS);
    await strict.stop();
    await other.drop();
  });
});

it('shows in docs/operating.md the very files that are tested here', async () => {
  const docs = await readFile(new URL('../../docs/operating.md', import.meta.url), 'utf8');
  expect(docs).toContain(await readSnippet('nginx.conf'));
  expect(docs).toContain(await readSnippet('haproxy.cfg'));
});

function dictate(dictation: Pick<Dictation, 'count' | 'everyMs'>): string {
  return JSON.stringify({ ...dictation, as: 'message' } satisfies Dictation);
}

function follow(proxy: ProxyProcess, name: string, onBytes?: (bytes: Buffer) => void): ResumingClient {
  const bytes = onBytes === undefined ? {} : { onBytes };
  return new ResumingClient({
    port: () => proxy.port,
    token: crowdToken(name),
    random: Math.random,
    ...bytes,
  });
}

let accounts = 0;

/** Signs up from `CLIENT_ADDRESS`, claiming to be somewhere else, and reads where the session says it came from. */
async function addressSeenBy({ port: at, url }: Pick<ProxyProcess, 'port' | 'url'>): Promise<unknown> {
  accounts++;
  const claimed = { 'x-forwarded-for': '203.0.113.7' };
  const account = {
    email: `proxied-${process.pid}-${accounts}@example.com`,
    password: 'a long pass phrase',
    name: 'Ida',
  };
  const signedUp = await call(at, '/auth/sign-up/email', { ...claimed, origin: url }, account);
  const session = signedUp.headers['set-auth-token'];
  const listed = await call(at, '/auth/list-sessions', { authorization: `Bearer ${String(session)}` });
  return (listed.body as { ipAddress: string }[])[0]?.ipAddress; // better-auth's own shape
}

function call(at: number, path: string, headers: Record<string, string>, body?: object) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: unknown }>(
    (resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const sent = request(
        { port: at, host: '127.0.0.1', path, method, localAddress: CLIENT_ADDRESS },
        (answer) => {
          const { statusCode: status = 0, headers: received } = answer;
          json(answer).then((read) => resolve({ status, headers: received, body: read }), reject);
        },
      );
      sent.on('error', reject);
      sent.setHeader('host', `localhost:${at}`);
      for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
      if (body !== undefined) sent.setHeader('content-type', 'application/json');
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    },
  );
}
