import { newId } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { Notification, Pool } from 'pg';
import { pause } from '../pause.ts';
import { repeat } from '../repeat.ts';
import { createDatabaseLink } from './database-link.ts';
import { type BusListener, type BusMessage, busMessageSchema, type EventBus } from './event-bus.ts';
import { createOutbox } from './outbox.ts';

const channel = 'netra_bus';
/** PostgreSQL refuses a payload of 8,000 bytes, and with it the whole batch; the envelope needs a hundred. */
const maxMessagesBytes = 7_800;
/** Between two NOTIFYs under load: each is a transaction that wakes every process, this one too. */
const sendEveryMs = 5;
/** Pause after a failed NOTIFY, so that one that cannot work does not spin. */
const retryMs = 100;
/** How often, and with how much patience, the listening connection is tried. */
const checkEveryMs = 5_000;
const checkTimeoutMs = 5_000;
/** What `stop` may spend on sending the last messages. */
const lastFlushMs = 500;

export interface PostgresBusOptions {
  /** Only for how to connect: the bus opens two connections of its own. */
  pool: Pool;
  log: Logger;
  now: () => number;
}

/**
 * LISTEN/NOTIFY. Both connections are the bus's own: a NOTIFY inside an append would make its commit wait
 * for PostgreSQL's notification lock, and a pooled connection cannot keep a LISTEN.
 */
export function createPostgresBus({ pool, log, now }: PostgresBusOptions): EventBus {
  const self = newId('nod');
  const listeners: BusListener[] = [];
  const outbox = createOutbox({ now });
  const stopping = new AbortController();
  let sending: Promise<void> | undefined;
  /** When the connection that listens was last known to work. */
  let heardAtMs = now();

  const tell: BusListener = (message) => {
    for (const listener of listeners) listener(message);
  };

  const receive = ({ payload = '' }: Notification): void => {
    for (const message of decode(payload, self)) tell(message);
  };

  const receiver = createDatabaseLink({
    pool,
    log,
    signal: stopping.signal,
    async prepare(client, isFirst) {
      client.on('notification', receive);
      await client.query(`LISTEN ${channel}`);
      if (!isFirst) tell({ kind: 'lagged', since_ms: heardAtMs });
      heardAtMs = now();
    },
  });
  const sender = createDatabaseLink({
    pool,
    log,
    signal: stopping.signal,
    async prepare(client) {
      // A NOTIFY outlives no crash anyway: its commit need not wait for the disk.
      await client.query('SET synchronous_commit = off');
    },
  });

  const sendAll = async (): Promise<void> => {
    // One tick's messages travel together.
    await new Promise((resolve) => setImmediate(resolve));
    while (outbox.size() > 0) {
      const client = await sender.connected();
      if (client === undefined) return;
      const messages = outbox.take();
      try {
        const payloads = encode(messages, self);
        await client.query(`SELECT pg_notify('${channel}', payload) FROM unnest($1::text[]) AS payload`, [
          payloads,
        ]);
        await pause(sendEveryMs, stopping.signal);
      } catch (cause) {
        if (stopping.signal.aborted) return;
        log.warn({ err: cause }, 'bus: could not notify, will try again');
        outbox.restore(messages);
        sender.drop(client);
        await pause(retryMs, stopping.signal);
      }
    }
  };

  /** A connection that only listens does not notice that its other end is gone. */
  const checkReceiver = async (): Promise<void> => {
    const client = await receiver.connected();
    if (client === undefined) return;
    const timer = setTimeout(() => receiver.drop(client), checkTimeoutMs);
    timer.unref();
    try {
      const askedAtMs = now();
      await client.query('SELECT 1');
      heardAtMs = askedAtMs;
    } finally {
      clearTimeout(timer);
    }
  };

  const wakeSender = (): void => {
    sending ??= sendAll().finally(() => {
      sending = undefined;
      // What was published between its last look and now.
      if (outbox.size() > 0 && !stopping.signal.aborted) wakeSender();
    });
  };

  return {
    publish(message) {
      if (stopping.signal.aborted) return;
      outbox.add(message);
      wakeSender();
    },
    listen: (listener) => void listeners.push(listener),
    async start() {
      await Promise.all([receiver.connected(), sender.connected()]);
      repeat(checkReceiver, { everyMs: checkEveryMs, signal: stopping.signal, onFailed: () => undefined });
    },
    async stop() {
      const deadline = setTimeout(() => stopping.abort(), lastFlushMs);
      await sending;
      clearTimeout(deadline);
      stopping.abort();
      await Promise.all([receiver.end(), sender.end()]);
    },
  };
}

/** As few payloads as hold all messages. They begin with who sent them, so that a process can skip its own unread. */
function encode(messages: readonly BusMessage[], self: string): string[] {
  const head = `{"from":"${self}","messages":[`;
  const payloads: string[] = [];
  let texts: string[] = [];
  let bytes = 0;
  for (const text of messages.map((message) => JSON.stringify(message))) {
    const size = Buffer.byteLength(text) + 1;
    if (bytes + size > maxMessagesBytes && texts.length > 0) {
      payloads.push(`${head}${texts.join(',')}]}`);
      texts = [];
      bytes = 0;
    }
    if (size > maxMessagesBytes) continue;
    texts.push(text);
    bytes += size;
  }
  return texts.length === 0 ? payloads : [...payloads, `${head}${texts.join(',')}]}`];
}

function decode(payload: string, self: string): BusMessage[] {
  if (payload.startsWith(`{"from":"${self}"`)) return [];
  let envelope: unknown;
  try {
    envelope = JSON.parse(payload);
  } catch {
    return []; // not ours: anybody with the database can notify
  }
  if (typeof envelope !== 'object' || envelope === null) return [];
  if (!('messages' in envelope) || !Array.isArray(envelope.messages)) return [];
  return envelope.messages.flatMap((message) => {
    const parsed = busMessageSchema.safeParse(message);
    return parsed.success ? [parsed.data] : [];
  });
}
