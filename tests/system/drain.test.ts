import { afterEach, expect, it } from 'vitest';
import { freePort } from '../kit/free-port.ts';
import { type LightEnding, LightSocket } from '../kit/light-socket.ts';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';
import { signUp } from '../kit/person.ts';
import { poll } from '../kit/poll.ts';
import { slowAgentModule } from '../kit/slow-agent.ts';

const SOCKETS = 200;
/** Cloud Run and others kill 10 s after SIGTERM. */
const EXIT_MS = 9_000;

const running: NetraProcess[] = [];
afterEach(async () => {
  for (const netra of running.splice(0)) await netra.dispose();
});

interface Client {
  frames: { type: string; reconnect_after_ms?: number }[];
  ending?: LightEnding;
}

it('on SIGTERM it is not ready, refuses newcomers, sends everybody away to come back, and is gone within nine seconds', {
  timeout: 90_000,
}, async () => {
  const opsPort = await freePort();
  const netra = await startNetra({
    args: ['--agents', slowAgentModule],
    env: { NETRA_OPS_PORT: String(opsPort), NETRA_MAX_CONNECTIONS_PER_USER: String(SOCKETS + 10) },
  });
  running.push(netra);
  const ada = await signUp(netra.url);
  const token = await ada.token();
  const open = (): [Client, LightSocket] => {
    const client: Client = { frames: [] };
    const socket = new LightSocket({
      port: netra.port,
      token,
      onFrame: (text) => void client.frames.push(JSON.parse(text)),
      onEnd: (ending) => {
        client.ending = ending;
      },
    });
    return [client, socket];
  };
  const heard = (clients: readonly Client[], type: string) =>
    clients.every(({ frames }) => frames.some((frame) => frame.type === type));

  const opened = Array.from({ length: SOCKETS }, open);
  const clients = opened.map(([client]) => client);
  await poll(() => heard(clients, 'connection_established') || undefined, { what: 'all to be open' });
  opened[0]?.[1].send({ type: 'user_message', id: 'a', text: 'count', agent: 'slow' });
  await poll(() => heard(clients.slice(0, 1), 'agent_message') || undefined, { what: 'the run to go on' });
  // One that takes nothing more and never answers a close.
  const [, deaf] = open();
  await poll(async () => ((await counted(opsPort)) === SOCKETS + 1 ? true : undefined), {
    what: 'all counted',
  });
  deaf.pause();

  const startedAtMs = performance.now();
  const exited = netra.stop('SIGTERM');
  await poll(async () => ((await readiness(opsPort)) === 503 ? true : undefined), {
    what: 'not to be ready',
  });
  const [newcomer] = open();
  await poll(() => newcomer.ending, { what: 'the newcomer to be refused' });
  expect(newcomer.ending?.refused).toMatchObject({ status: 503, code: 'draining' });
  await poll(() => clients.every(({ ending }) => ending !== undefined) || undefined, {
    what: 'all to be sent away',
  });
  expect(clients.map(({ ending }) => ending?.close)).toEqual(
    clients.map(() => ({ code: 1012, reason: 'draining' })),
  );
  const waits = clients.map(
    ({ frames }) => frames.find(({ type }) => type === 'draining')?.reconnect_after_ms,
  );
  expect(new Set(waits).size).toBeGreaterThan(SOCKETS / 4);
  expect(await exited).toBe(0);
  expect(performance.now() - startedAtMs).toBeLessThan(EXIT_MS);
  deaf.destroy();
});

async function readiness(port: number): Promise<number> {
  return (await fetch(`http://127.0.0.1:${port}/health/ready`)).status;
}

async function counted(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^netra_connections_open (\d+)$/m.exec(text)?.[1]);
}
