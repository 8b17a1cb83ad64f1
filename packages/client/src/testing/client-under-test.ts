import { onTestFinished } from 'vitest';
import { createNetraClient, type NetraClient, type NetraClientOptions } from '../client.ts';
import { createManualClock, settle } from './manual-clock.ts';
import { BASE_URL, createScriptedServer } from './scripted-server.ts';

/** A client against a scripted server, with a clock turned by hand and the longest jitter. */
export function createClientUnderTest(overrides: Partial<NetraClientOptions> = {}) {
  const clock = createManualClock();
  const server = createScriptedServer();
  const tokenCalls: boolean[] = [];
  const client: NetraClient = createNetraClient({
    url: BASE_URL,
    fetch: server.fetch,
    WebSocket: server.WebSocket,
    clock,
    random: () => 1,
    getToken({ force = false } = {}) {
      tokenCalls.push(force);
      return `token-${tokenCalls.filter(Boolean).length}`;
    },
    ...overrides,
  });
  onTestFinished(() => client.close());
  return {
    client,
    clock,
    server,
    /** One entry per call of `getToken`: whether it asked for a fresh token. */
    tokenCalls,
    /** Connects, and answers as a server does. */
    open: async () => {
      client.connect();
      await settle();
      server.socket.establish();
    },
    /** Waits out the backoff and answers the new socket. */
    reconnect: async () => {
      const before = server.sockets.length;
      for (let turn = 0; turn < 20 && server.sockets.length === before; turn += 1) await clock.advance(1_000);
      server.socket.establish();
      await settle();
    },
  };
}
