import { type RevocationEntry, type RevocationPage, revocationPageSchema } from '@netra/protocol';
import type { Logger } from '@netra/service';
import { createRevocations, type RevocationView } from '@netra/token';
import type { Pool } from 'pg';
import { type AuthExchange, AuthOutage } from '../auth-client/auth-exchange.ts';
import { createDatabaseLink } from '../bus/database-link.ts';

/** Milliseconds. */
const REVOCATION_FEED = {
  /** The feed is read at least this often. */
  poll: 2_000,
  /** After a read that failed, so that recovery is noticed soon. The circuit breaker spares the auth service. */
  retry: 500,
  /** What was read longer ago says nothing about now: the bound of the user directory. */
  stale: 5 * 60_000,
} as const;

const CHANNEL = 'netra_revocations';

export interface RevocationFeed {
  /** What is known, for the verifier and for whatever lives on after its request. */
  readonly view: RevocationView;
  /**
   * Whether the view can be trusted: read within 5 minutes. Where it was not, it is read first.
   * False means that the auth service is out of reach, never that a token is bad.
   */
  isKnown(): boolean | Promise<boolean>;
  /** The same without reading: whether users who are known can be served right now. */
  isRecent(): boolean;
  /** Resolves once the feed was read, or could not be; it is read again and again from then on. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface RevocationFeedOptions {
  exchange: AuthExchange;
  /** Called with new entries, after the view has them. */
  onEntries: (entries: readonly RevocationEntry[]) => void;
  /**
   * Only for how to connect. Where the auth service uses the same database, a notification makes revocations arrive at
   * once; where it does not, none comes and polling finds them.
   */
  pool: Pool;
  now: () => number;
  log: Logger;
}

export function createRevocationFeed(options: RevocationFeedOptions): RevocationFeed {
  const { exchange, onEntries, pool, now, log } = options;
  const view = createRevocations({ now });
  const stopping = new AbortController();
  let cursor: string | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<boolean> | undefined;
  let isWanted = false;
  let timer: NodeJS.Timeout | undefined;

  const link = createDatabaseLink({
    pool,
    log,
    signal: stopping.signal,
    async prepare(client) {
      client.on('notification', () => void refresh());
      await client.query(`LISTEN ${CHANNEL}`);
      // What was announced while nobody listened.
      void refresh();
    },
  });

  async function readNew(): Promise<void> {
    for (let isMore = true; isMore && !stopping.signal.aborted; ) {
      const page = await readPage(exchange, cursor);
      cursor = page.next_cursor;
      view.apply(page.items);
      if (page.items.length > 0) onEntries(page.items);
      isMore = page.items.length > 0;
    }
    readAtMs = now();
  }

  /** A call during a read gets one that begins after it: what woke it may have come too late for the first. */
  async function readWanted(): Promise<boolean> {
    clearTimeout(timer);
    let isRead = true;
    try {
      while (isWanted) {
        isWanted = false;
        await readNew();
      }
    } catch (cause) {
      isRead = false;
      log.warn({ err: cause }, 'the revocation feed is out of reach');
    }
    schedule(isRead ? REVOCATION_FEED.poll : REVOCATION_FEED.retry);
    return isRead;
  }

  function refresh(): Promise<boolean> {
    if (stopping.signal.aborted) return Promise.resolve(false);
    isWanted = true;
    underWay ??= readWanted().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => void refresh(), delayMs);
    timer.unref();
  }

  const isRecent = () => now() - readAtMs < REVOCATION_FEED.stale;

  return {
    view,
    isRecent,
    isKnown: () => isRecent() || refresh().then((isRead) => isRead && isRecent()),
    async start() {
      void link.connected();
      await refresh();
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await link.end();
      await underWay;
    },
  };
}

async function readPage(exchange: AuthExchange, after: string | undefined): Promise<RevocationPage> {
  const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
  const { status, body } = await exchange(`/auth/service/revocations${query}`, {});
  if (status !== 200) throw new AuthOutage(`the revocation feed answered ${status}`);
  return revocationPageSchema.parse(body);
}
