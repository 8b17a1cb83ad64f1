import { setTimeout as delay } from 'node:timers/promises';
import type { ContenderName, DeliverRequest } from './contender.ts';
import { DIALOGUES } from './dialogues.ts';
import type { MeasuredServer } from './measured-server.ts';
import { maskedText, RawClient } from './raw-client.ts';

/** Opens a socket with each token, ready for events. */
export async function openCrowd(
  server: MeasuredServer,
  name: ContenderName,
  tokens: readonly string[],
): Promise<RawClient[]> {
  const count = tokens.length;
  const dialogue = DIALOGUES[name];
  const clients: RawClient[] = [];
  const batch = 100;
  for (let from = 0; from < count; from += batch) {
    const some = tokens.slice(from, from + batch).map((token) => new RawClient(server.port, token, dialogue));
    await Promise.all(some.map((client) => client.established));
    clients.push(...some);
  }
  if (dialogue.follow !== undefined)
    for (const { socket } of clients) socket.write(maskedText(dialogue.follow));
  for (let waited = 0; (await server.openCount()) < count; waited++) {
    if (waited > 500) throw new Error(`${name}: not all of ${count} sockets are open`);
    await delay(20);
  }
  return clients;
}

export interface DeliveryRate {
  perCpuSecond: number;
  perWallSecond: number;
}

/** One turn: as many events as go out in the time, all of which must arrive. */
export async function deliveryTurn(
  server: MeasuredServer,
  clients: readonly RawClient[],
  request: DeliverRequest,
): Promise<DeliveryRate> {
  const count = () => clients.reduce((sum, { frames }) => sum + frames, 0);
  const before = count();
  const { events, cpuMs, wallMs } = await server.deliver(request);
  for (let waited = 0; count() - before < events; waited++) {
    if (waited > 500) throw new Error(`${events} events were sent, ${count() - before} frames came`);
    await delay(20);
  }
  return { perCpuSecond: (events * 1000) / cpuMs, perWallSecond: (events * 1000) / wallMs };
}
