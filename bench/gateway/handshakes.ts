import { setTimeout as delay } from 'node:timers/promises';
import type { ContenderName } from './contender.ts';
import { DIALOGUES } from './dialogues.ts';
import type { MeasuredServer } from './measured-server.ts';
import { RawClient } from './raw-client.ts';

/** Handshakes under way at a time. */
const CONCURRENCY = 64;
const USERS = 500;
/** In one turn. */
const HANDSHAKES = 4_000;
const QUICK_HANDSHAKES = 1_500;

export interface HandshakeRate {
  /** Per second of the server's processor time. */
  perCpuSecond: number;
  perWallSecond: number;
}

/** Opens, waits for `connection_established`, hangs up; `distinct`: every token is seen for the first time. */
export async function handshakeTurn(
  server: MeasuredServer,
  name: ContenderName,
  { isDistinct, isQuick }: { isDistinct: boolean; isQuick: boolean },
): Promise<HandshakeRate> {
  const count = isQuick ? QUICK_HANDSHAKES : HANDSHAKES;
  const tokens = await server.tokens(isDistinct ? count : USERS, USERS);
  // Users are known to the gateway, as they are in an installation that runs; repeated tokens have been seen.
  const known = isDistinct ? await server.tokens(USERS, USERS) : tokens;
  await openAll(server.port, name, known, known.length);
  await settle(server);
  const before = await server.usage();
  const startedMs = performance.now();
  await openAll(server.port, name, tokens, count);
  const wallMs = performance.now() - startedMs;
  await settle(server);
  const after = await server.usage();
  const cpuMs = after.cpuMs - before.cpuMs;
  return { perCpuSecond: (count * 1000) / cpuMs, perWallSecond: (count * 1000) / wallMs };
}

async function openAll(
  port: number,
  name: ContenderName,
  tokens: readonly string[],
  count: number,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const client = new RawClient(port, tokens[index % tokens.length] ?? '', DIALOGUES[name]);
      await client.established;
      client.socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

async function settle(server: MeasuredServer): Promise<void> {
  while ((await server.openCount()) > 0) await delay(20);
}
