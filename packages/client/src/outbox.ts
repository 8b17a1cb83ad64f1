import type { ClientFrame, ServerFrame } from '@netra/protocol';
import { encodeFrame } from '@netra/protocol';
import { fullJitterMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import { isAdvice } from './http.ts';
import { NetraError } from './netra-error.ts';

/** Requests that may wait for their answer at once. */
const MAX_WAITING = 100;
/** Connections over which one request is tried. */
const MAX_SENDS = 10;
/** Waits before a request that came too fast goes out again, where the server names no time. */
const RATE_RETRY = { baseMs: 1_000, capMs: 15_000 } as const;

export type Ack = Extract<ServerFrame, { type: 'ack' }>;
type ErrorFrame = Extract<ServerFrame, { type: 'error' }>;
/** A request that may be sent twice without harm: `id` makes the server recognise it. */
export type Request = Extract<ClientFrame, { type: 'user_message' | 'cancel_run' | 'decide_approval' }> & {
  id: string;
};

/** Called while the frame is handled, so before any frame that follows it. */
export interface Answer {
  /** `sends` is how often the request went out: over 1, the answer may repeat one that was lost. */
  onAck(ack: Ack, sends: number): void;
  onError(error: NetraError): void;
}

export interface Outbox {
  /** Throws `outbox_full` or `message_too_large`; everything later goes to `answer`. */
  post(request: Request, answer: Answer): void;
  /** Takes a request back that was never sent. */
  withdraw: (id: string) => boolean;
  /** A new connection: everything without an answer goes out again, in the same order, with the same ids. */
  flush(): void;
  /** True when the frame answered a request of ours. */
  settle(frame: Ack | ErrorFrame): boolean;
  failAll(error: NetraError): void;
}

interface Entry extends Answer {
  readonly text: string;
  sends: number;
  cancelRetry: () => void;
}

export interface OutboxOptions {
  /** Sends now, or returns false. */
  send: (text: string) => boolean;
  maxFrameBytes: () => number;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Keeps each request until it is answered, over any number of connections. */
export function createOutbox({ send, maxFrameBytes, clock, random }: OutboxOptions): Outbox {
  const entries = new Map<string, Entry>();

  function trySend(id: string, entry: Entry): void {
    entry.cancelRetry();
    if (entry.sends >= MAX_SENDS) {
      entries.delete(id);
      entry.onError(
        new NetraError('connection_lost', { detail: `No answer over ${MAX_SENDS} connections.` }),
      );
    } else if (send(entry.text)) {
      entry.sends += 1;
    }
  }

  /** Refused for its pace alone: the same request, with the same id, is welcome later. */
  function sendLater(id: string, entry: Entry, afterMs: number | undefined): void {
    const jitterMs = fullJitterMs(afterMs === undefined ? entry.sends : 1, { ...RATE_RETRY, random });
    entry.cancelRetry();
    entry.cancelRetry = clock.after((afterMs ?? 0) + jitterMs, () => trySend(id, entry));
  }

  return {
    post(request, answer) {
      if (entries.size >= MAX_WAITING) throw new NetraError('outbox_full');
      const text = encodeFrame(request);
      // A frame over the limit would end the connection, again and again.
      if (new TextEncoder().encode(text).length > maxFrameBytes()) throw new NetraError('message_too_large');
      const entry: Entry = { ...answer, text, sends: 0, cancelRetry: () => {} };
      entries.set(request.id, entry);
      trySend(request.id, entry);
    },
    withdraw(id) {
      const entry = entries.get(id);
      return entry !== undefined && entry.sends === 0 && entries.delete(id);
    },
    flush() {
      for (const [id, entry] of [...entries]) trySend(id, entry);
    },
    settle(frame) {
      const entry = frame.ref === undefined ? undefined : entries.get(frame.ref);
      if (entry === undefined || frame.ref === undefined) return false;
      // This server is going away; the next one will take it.
      if (frame.type === 'error' && frame.code === 'draining') return true;
      if (frame.type === 'error' && frame.code === 'rate_limited' && entry.sends < MAX_SENDS) {
        sendLater(frame.ref, entry, frame.retry.after_ms);
        return true;
      }
      entry.cancelRetry();
      entries.delete(frame.ref);
      if (frame.type === 'ack') entry.onAck(frame, entry.sends);
      else entry.onError(errorOfFrame(frame));
      return true;
    },
    failAll(error) {
      const failed = [...entries.values()];
      entries.clear();
      for (const entry of failed) {
        entry.cancelRetry();
        entry.onError(error);
      }
    },
  };
}

export function errorOfFrame({ code, detail, fix, retry }: ErrorFrame): NetraError {
  return new NetraError(code, {
    detail,
    fix,
    afterMs: retry.after_ms,
    ...(isAdvice(retry.advice) ? { advice: retry.advice } : {}),
  });
}
