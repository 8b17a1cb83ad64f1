import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type DoctorReport, type DoctorVisit, doctorReportText, runChecks, runGate } from '@netra/diagnosis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeNetwork } from '../../packages/cli/src/doctor/node-network.ts';
import { startHeaderDroppingProxy } from '../kit/header-dropping-proxy.ts';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';

const BIN = fileURLToPath(new URL('../../packages/cli/bin/netra.js', import.meta.url));
const E2E_KEY = 'Vt3pYc8qLw1zRk6mHx9sBn4dGf7jTa2e';

let netra: NetraProcess;
let visit: DoctorVisit;

beforeAll(async () => {
  netra = await startNetra({ env: { E2E_OAUTH_SIMULATION_KEY: E2E_KEY } });
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', NETRA_DATA_DIR: netra.dataDir };
  await promisify(execFile)(process.execPath, [BIN, 'seed', 'e2e'], { env });
  visit = {
    url: netra.url,
    now: Date.now,
    network: createNodeNetwork(),
    credential: { kind: 'e2e_key', value: E2E_KEY },
  };
});

afterAll(() => netra.dispose());

function findings({ results }: DoctorReport) {
  return results.flatMap(({ name, outcome }) =>
    outcome.kind === 'finding' ? [[name, outcome.finding.root_cause]] : [],
  );
}

describe('the doctor', () => {
  it('finds nothing wrong with a healthy installation, and looks at all of it', async () => {
    const report = await runChecks(visit);
    expect(doctorReportText(report)).toMatch(/19 checks in .* nothing is wrong\.\n$/);
    expect(report.results.filter(({ outcome }) => outcome.kind !== 'fine')).toEqual([]);
  });

  it('opens the gate of a deploy on a healthy installation', async () => {
    const report = await runGate(visit, { handshakes: 20 });
    expect(report).toMatchObject({ ok: true, succeeded: 20, success_rate: 1, broken: [], failures: {} });
  });

  it('looks at what needs no credential when it is given none', async () => {
    const { credential: _credential, ...anonymous } = visit;
    const report = await runChecks(anonymous);
    expect(report.ok).toBe(true);
    expect(
      report.results.filter(({ outcome }) => outcome.kind === 'skipped').map(({ name }) => name),
    ).toEqual([
      'e2e_users',
      'token',
      'ticket',
      'upgrade',
      'connection_established',
      'message',
      'resume',
      'fallback',
    ]);
  });

  it('names every user of end-to-end tests who is not there', async () => {
    const e2eUserIds = ['staging-e2e-user-001', 'staging-e2e-user-009'];
    const report = await runChecks({ ...visit, e2eUserIds }, { only: ['e2e_users'] });
    expect(findings(report)).toEqual([['e2e_users', 'e2e_user_not_seeded']]);
    expect(doctorReportText(report)).toContain('→ netra seed e2e');
  });

  it('names a key of end-to-end tests that is not the one of the server', async () => {
    const report = await runChecks({
      ...visit,
      credential: { kind: 'e2e_key', value: 'another-key-another-key-another-' },
    });
    expect(findings(report)[0]).toEqual(['e2e_users', 'e2e_credentials_missing']);
  });

  it('names a clock that differs', async () => {
    const report = await runChecks({ ...visit, now: () => Date.now() + 120_000 }, { only: ['clock_skew'] });
    expect(findings(report)).toEqual([['clock_skew', 'clock_skew']]);
  });

  it('stops at the first thing on which all rests', async () => {
    const report = await runChecks({ ...visit, url: 'http://127.0.0.1:9' });
    expect(findings(report)).toEqual([['tcp', undefined]]);
  });

  it('names an address that says https where there is no TLS', async () => {
    const report = await runChecks({ ...visit, url: netra.url.replace('http:', 'https:') });
    expect(findings(report)).toEqual([['tls', undefined]]);
    expect(doctorReportText(report)).toContain(`Is the address ${netra.url}?`);
  });

  it('names a port behind which there is no web server, and why', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A listening TCP server has an address with a port.
    const { port } = server.address() as AddressInfo;
    const report = await runChecks({ ...visit, url: `http://127.0.0.1:${port}` });
    server.close();
    expect(findings(report)).toEqual([['http', undefined]]);
    expect(doctorReportText(report)).toMatch(/gives no HTTP answer: fetch failed: .+\. Where it speaks TLS/);
  });

  it('looks whether a page of another origin may connect, when it is named', async () => {
    const report = await runChecks({ ...visit, origin: 'https://shop.example.com' }, { only: ['origin'] });
    expect(findings(report)).toEqual([['origin', 'origin_not_configured']]);
    const own = await runChecks({ ...visit, origin: netra.url }, { only: ['origin'] });
    expect(findings(own)).toEqual([]);
  });

  it('shows no credential in its report', async () => {
    const report = await runChecks({
      ...visit,
      credential: { kind: 'access_token', value: 'eyJhbGciOiJub25lIn0.e30.c2lnbmF0dXJl' },
    });
    expect(report.ok).toBe(false);
    expect(JSON.stringify(report)).not.toContain('c2lnbmF0dXJl');
  });
});

describe('the doctor, through a proxy', () => {
  it.each([
    ['nothing', [], undefined],
    ['the upgrade', ['Upgrade', 'Connection'], ['proxy_upgrade', 'proxy_dropped_upgrade']],
    ['Authorization', ['Authorization'], ['proxy_authorization', 'proxy_dropped_authorization']],
    ['the subprotocol', ['Sec-WebSocket-Protocol'], ['proxy_subprotocol', 'proxy_dropped_subprotocol']],
  ])('names one that drops %s', async (_what, dropped, expected) => {
    const proxy = await startHeaderDroppingProxy(netra.url, dropped);
    const only = ['proxy_upgrade', 'proxy_authorization', 'proxy_subprotocol'];
    const report = await runChecks({ ...visit, url: proxy.url }, { only });
    await proxy.stop();
    expect(findings(report)).toEqual(expected === undefined ? [] : [expected]);
  });

  it('names one that cuts silent connections, and how soon', async () => {
    const proxy = await startHeaderDroppingProxy(netra.url, [], { idleTimeoutMs: 1_000 });
    const report = await runChecks({ ...visit, url: proxy.url }, { only: ['idle_timeout'] });
    await proxy.stop();
    expect(findings(report)).toEqual([['idle_timeout', 'proxy_timeout_too_short']]);
  });

  it('waits in silence as long as it is told to, and finds nothing', async () => {
    const report = await runChecks({ ...visit, idleWaitMs: 1_000 }, { only: ['idle_timeout'] });
    expect(findings(report)).toEqual([]);
  });
});
