import { setTimeout as delay } from 'node:timers/promises';
import type { ContenderName } from './contender.ts';
import { openCrowd } from './delivery.ts';
import type { MeasuredServer } from './measured-server.ts';

const CONNECTIONS = 10_000;
const WARM_UP = 1_000;
const SETTLE_MS = 2_000;

/** Growth of the resident size by 10,000 idle connections of as many users, each with a token of its own, in bytes each. */
export async function memoryTurn(server: MeasuredServer, name: ContenderName): Promise<number> {
  // Who makes tokens is another service: its memory is there before.
  const tokens = await server.tokens(CONNECTIONS, CONNECTIONS);
  const early = await openCrowd(server, name, await server.tokens(WARM_UP, WARM_UP));
  for (const { socket } of early) socket.destroy();
  while ((await server.openCount()) > 0) await delay(20);
  await delay(SETTLE_MS);
  const before = await server.usage({ isCollected: true });
  const clients = await openCrowd(server, name, tokens);
  await delay(SETTLE_MS);
  const after = await server.usage({ isCollected: true });
  for (const { socket } of clients) socket.destroy();
  return (after.rssBytes - before.rssBytes) / CONNECTIONS;
}
