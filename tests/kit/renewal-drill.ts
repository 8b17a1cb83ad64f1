import { setTimeout as delay } from 'node:timers/promises';
import { createNetraClient, type NetraClient } from '@netra/client';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { type Person, signUpMany } from './person.ts';
import { poll } from './poll.ts';
import { startSplitStack } from './split-stack.ts';

export interface RenewalDrill {
  readonly users: number;
  readonly socketsPerUser: number;
  /** Lives of a token that the sockets outlast. */
  readonly lives: number;
}

const MINUTE_MS = 60_000;
/** So long before its end a token is announced as expiring, with something to spare. */
const INTO_LIFE_MS = 9.5 * MINUTE_MS;
/** From there past the end of the token and the tolerance for clocks. */
const PAST_THE_END_MS = 2 * MINUTE_MS;
/** Several ticks of the gateway; and our SDK renews no more often than every 5 s by its own clock. */
const TICKS_MS = 5_100;
const DEADLINE_MS = 60_000;

interface Watched {
  readonly client: NetraClient;
  renewals: number;
  openings: number;
  pongs: number;
  ping(): void;
}

/** Sockets of our SDK on one gateway, while the clock of the servers runs through the lives of their tokens. */
export async function drillRenewal({ users, socketsPerUser, lives }: RenewalDrill): Promise<void> {
  const stack = await startSplitStack();
  try {
    const url = stack.gatewayUrls[0] ?? '';
    const people = await signUpMany(stack.authUrl, users);
    const sockets = people.flatMap((person) =>
      Array.from({ length: socketsPerUser }, () => watchClient(url, person)),
    );
    for (const { client } of sockets) client.connect();
    const isOpen = ({ client }: Watched): boolean => client.connection.getState().status === 'open';
    await waitForAll(sockets, 'to be open', isOpen);
    for (let life = 1; life <= lives; life++) {
      stack.advance(life === 1 ? INTO_LIFE_MS : INTO_LIFE_MS - PAST_THE_END_MS);
      await waitForAll(sockets, `to be renewed ${life} times`, ({ renewals }) => renewals >= life);
      stack.advance(PAST_THE_END_MS);
      // What was due to be closed is closed by then.
      await delay(TICKS_MS);
      for (const socket of sockets) socket.ping();
      await waitForAll(sockets, `to answer in life ${life + 1}`, ({ pongs }) => pongs >= life);
    }
    expect(sockets.every(isOpen)).toBe(true);
    expect(sockets.map(({ openings }) => openings)).toEqual(sockets.map(() => 1));
    for (const { client } of sockets) client.close();
  } finally {
    await stack.stop();
  }
}

function watchClient(url: string, person: Person): Watched {
  const opened: WebSocket[] = [];
  class WatchedWebSocket extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols);
      opened.push(this);
      watched.openings++;
      this.on('message', (data: Buffer) => {
        const text = data.toString();
        if (text.includes('"type":"token_renewed"')) watched.renewals++;
        if (text.includes('"type":"pong"')) watched.pongs++;
      });
    }
  }
  const client = createNetraClient({ url, getToken: person.token, WebSocket: WatchedWebSocket });
  const ping = (): void => opened.at(-1)?.send('{"type":"ping"}');
  const watched: Watched = { client, renewals: 0, openings: 0, pongs: 0, ping };
  return watched;
}

function waitForAll(sockets: readonly Watched[], what: string, isDone: (socket: Watched) => boolean) {
  const missing = (): number => sockets.filter((socket) => !isDone(socket)).length;
  return poll(() => (missing() === 0 ? true : undefined), {
    deadlineMs: DEADLINE_MS,
    what: () => `${missing()} of ${sockets.length} sockets ${what}`,
  });
}
