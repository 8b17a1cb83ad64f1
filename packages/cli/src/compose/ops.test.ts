import { createLifecycle, createLogger, loadConfig } from '@netra/service';
import { expect, test } from 'vitest';
import { openOps, processMetrics } from './ops.ts';

function startup(env: Record<string, string>) {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } });
  const loaded = loadConfig(env, { role: 'up' });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const lifecycle = createLifecycle({ log });
  const { config } = loaded;
  const parts = { config, log, stepLog: log, lifecycle, progress: () => undefined, fail: () => undefined };
  return { parts, lifecycle, lines };
}

test('serves metrics and health on a port of its own, once there is something to serve', async () => {
  const { parts, lifecycle, lines } = startup({ NETRA_OPS_PORT: '0' });
  const ops = await openOps(parts);
  const url = /http:\/\/localhost:\d+/.exec(lines.join(''))?.[0] ?? '';
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(new URL(path, url.replace('localhost', '127.0.0.1')), init);
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    };
  };
  expect((await ask('/metrics')).status).toBe(503);
  expect((await ask('/health/live')).status).toBe(200);
  expect((await ask('/health/ready')).status).toBe(503);

  let isReady = true;
  ops.serve({ metrics: processMetrics(), checks: async () => [{ name: 'accepting', ok: isReady }] });
  const metrics = await ask('/metrics');
  expect(metrics.type).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(metrics.text).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(metrics.text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  expect((await ask('/health/ready')).status).toBe(200);
  isReady = false;
  expect((await ask('/health/ready')).status).toBe(503);
  expect((await ask('/v1/threads')).status).toBe(404);
  expect((await ask('/metrics', { method: 'POST' })).status).toBe(405);
  await lifecycle.stop('the test is over');
  await expect(ask('/metrics')).rejects.toThrow();
});

test('without a port there is nothing, and a port that is taken names its own setting', async () => {
  const without = startup({});
  await openOps(without.parts);
  expect(without.lines).toEqual([]);
  const first = startup({ NETRA_OPS_PORT: '0' });
  await openOps(first.parts);
  const port = /localhost:(\d+)/.exec(first.lines.join(''))?.[1] ?? '';
  const second = startup({ NETRA_OPS_PORT: port });
  await expect(openOps(second.parts)).rejects.toMatchObject({
    code: 'port_in_use',
    fix: expect.stringMatching(/NETRA_OPS_PORT=\d+/),
  });
  await first.lifecycle.stop('the test is over');
});

test('development keeps it on this machine', () => {
  const open = loadConfig({ NETRA_OPS_PORT: '9090', NETRA_OPS_HOST: '0.0.0.0' }, { role: 'up' });
  expect(open).toMatchObject({ ok: false, problems: [{ setting: 'NETRA_OPS_HOST', code: 'not_allowed' }] });
});
