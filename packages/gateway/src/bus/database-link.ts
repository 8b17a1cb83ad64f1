import type { Logger } from '@netra/service';
import { Client, type Pool } from 'pg';
import { pause } from '../pause.ts';

const minRetryMs = 100;
const maxRetryMs = 5_000;

/** One connection that comes back by itself, with back-off. */
export interface DatabaseLink {
  /** The client, connecting again and again until it works; undefined once `signal` aborts. */
  connected(): Promise<Client | undefined>;
  /** Gives a broken client up and connects anew. */
  drop(client: Client): void;
  end(): Promise<void>;
}

export interface DatabaseLinkOptions {
  /** Only for how to connect. */
  pool: Pool;
  log: Logger;
  signal: AbortSignal;
  /** Makes a new connection ready; throwing counts as not connected. */
  prepare(client: Client, isFirst: boolean): Promise<void>;
}

export function createDatabaseLink({ pool, log, signal, prepare }: DatabaseLinkOptions): DatabaseLink {
  let current: Promise<Client | undefined> | undefined;
  const dead = new WeakSet<Client>();
  let isFirst = true;

  const open = async (): Promise<Client> => {
    // The pool hides its password from enumeration.
    const { password } = pool.options;
    const client = new Client({
      ...pool.options,
      ...(password === undefined ? {} : { password }),
      keepAlive: true, // a connection that only listens would not notice that its peer is gone
    });
    client.on('error', () => lost(client));
    client.on('end', () => lost(client));
    try {
      await client.connect();
      await prepare(client, isFirst);
    } catch (cause) {
      dead.add(client);
      await client.end().catch(() => undefined);
      throw cause;
    }
    isFirst = false;
    return client;
  };

  const openUntilItWorks = async (): Promise<Client | undefined> => {
    for (let retryMs = minRetryMs; !signal.aborted; retryMs = Math.min(retryMs * 2, maxRetryMs)) {
      try {
        return await open();
      } catch (cause) {
        log.warn({ err: cause, retryMs }, 'bus: no connection to the database');
        await pause(retryMs * (0.5 + Math.random() / 2), signal);
      }
    }
    return undefined;
  };

  const lost = (client: Client): void => {
    if (dead.has(client)) return;
    dead.add(client);
    client.end().catch(() => undefined);
    current = signal.aborted ? undefined : openUntilItWorks();
  };

  const connected = (): Promise<Client | undefined> => {
    if (signal.aborted) return Promise.resolve(undefined);
    current ??= openUntilItWorks();
    return current;
  };

  return {
    connected,
    drop: lost,
    async end() {
      const client = await current;
      if (client === undefined) return;
      dead.add(client);
      await client.end().catch(() => undefined);
    },
  };
}
