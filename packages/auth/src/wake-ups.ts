import type { Logger } from '@netra/service';
import { Client, type Pool } from 'pg';

const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;

type WakeUpChannel = 'netra_revocations' | 'netra_signing_keys';

export interface WakeUpsOptions {
  /** Only for how to connect: the connection that listens is one of its own. */
  pool: Pool;
  log: Logger;
  /** Called without a payload: the tables are the truth. Also called after a gap, when anything may have been missed. */
  on: Readonly<Record<WakeUpChannel, () => void>>;
}

export interface WakeUps {
  /** Resolves once the first attempt to connect has ended, well or badly; it is tried again with back-off. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** `LISTEN` on a connection that comes back by itself. While it is gone, pollers carry on. */
export function createWakeUps({ pool, log, on }: WakeUpsOptions): WakeUps {
  const channels: [string, () => void][] = Object.entries(on);
  let client: Client | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  let retryMs = MIN_RETRY_MS;
  let isStopped = false;

  async function open(): Promise<void> {
    // The pool hides its password from enumeration.
    const { password } = pool.options;
    const opened = new Client({
      ...pool.options,
      ...(password === undefined ? {} : { password }),
      keepAlive: true,
    });
    client = opened;
    opened.on('error', () => lost(opened));
    opened.on('end', () => lost(opened));
    opened.on('notification', ({ channel }) => {
      if (!isStopped) channels.find(([name]) => name === channel)?.[1]();
    });
    try {
      await opened.connect();
      for (const [name] of channels) await opened.query(`listen ${name}`);
      retryMs = MIN_RETRY_MS;
      if (!isStopped) for (const [, wake] of channels) wake();
    } catch (error) {
      log.warn({ err: error, retry_ms: retryMs }, 'no connection for wake-ups; polling goes on');
      lost(opened);
    }
  }

  function lost(broken: Client): void {
    if (client !== broken) return;
    client = undefined;
    broken.end().catch(() => undefined);
    if (isStopped) return;
    retryTimer = setTimeout(() => void open(), retryMs * (0.5 + Math.random() / 2));
    retryTimer.unref();
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
  }

  return {
    start: open,
    async stop() {
      isStopped = true;
      clearTimeout(retryTimer);
      const open = client;
      client = undefined;
      await open?.end().catch(() => undefined);
    },
  };
}
