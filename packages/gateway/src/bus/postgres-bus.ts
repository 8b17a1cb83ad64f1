import { newId } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { Notification, Pool } from 'pg';
import { createDatabaseLink, pause } from './database-link.ts';
import { type BusListener, type BusMessage, busMessageSchema, type EventBus } from './event-bus.ts';
import { createOutbox } from './outbox.ts';

const channel = 'netra_bus';
/** PostgreSQL refuses a payload of 8,000 bytes, and with it the whole batch. */
const maxPayloadBytes = 7_900;
/** Pause after a failed NOTIFY, so that one that cannot work does not spin. */
const retryMs = 100;
/** What `stop` may spend on sending the last messages. */
const lastFlushMs = 500;

export interface PostgresBusOptions {
  /** Only for how to connect: the bus opens two connections of its own. */
  pool: Pool;
  log: Logger;
}

/**
 * LISTEN/NOTIFY. Both connections are the bus's own: a NOTIFY inside an append would make its commit wait
 * for PostgreSQL's notification lock, and a pooled connection cannot keep a LISTEN.
 */
export function createPostgresBus({ pool, log }: PostgresBusOptions): EventBus {
  const self = newId('nod');
  const listeners: BusListener[] = [];
  const outbox = createOutbox();
  const stopping = new AbortController();
  let sending: Promise<void> | undefined;

  const tell: BusListener = (message) => {
    for (const listener of listeners) listener(message);
  };

  const receive = ({ payload }: Notification): void => {
    const message = decode(payload ?? '', self);
    if (message !== undefined) tell(message);
  };

  const receiver = createDatabaseLink({
    pool,
    log,
    signal: stopping.signal,
    async prepare(client, isFirst) {
      client.on('notification', receive);
      await client.query(`LISTEN ${channel}`);
      if (!isFirst) tell({ kind: 'lagged' });
    },
  });
  const sender = createDatabaseLink({ pool, log, signal: stopping.signal, prepare: () => Promise.resolve() });

  const sendAll = async (): Promise<void> => {
    // One tick's messages travel together.
    await new Promise((resolve) => setImmediate(resolve));
    while (outbox.size() > 0) {
      const client = await sender.connected();
      if (client === undefined) return;
      const messages = outbox.take();
      try {
        const payloads = messages.map((message) => JSON.stringify({ from: self, message })).filter(fits);
        await client.query(`SELECT pg_notify('${channel}', payload) FROM unnest($1::text[]) AS payload`, [
          payloads,
        ]);
      } catch (cause) {
        if (stopping.signal.aborted) return;
        log.warn({ err: cause }, 'bus: could not notify, will try again');
        outbox.restore(messages);
        sender.drop(client);
        await pause(retryMs, stopping.signal);
      }
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

function decode(payload: string, self: string): BusMessage | undefined {
  let envelope: unknown;
  try {
    envelope = JSON.parse(payload);
  } catch {
    return undefined; // not ours: anybody with the database can notify
  }
  if (typeof envelope !== 'object' || envelope === null) return undefined;
  if (!('from' in envelope) || !('message' in envelope) || envelope.from === self) return undefined;
  const parsed = busMessageSchema.safeParse(envelope.message);
  return parsed.success ? parsed.data : undefined;
}

function fits(payload: string): boolean {
  return Buffer.byteLength(payload) <= maxPayloadBytes;
}
