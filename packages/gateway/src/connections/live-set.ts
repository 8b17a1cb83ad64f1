import type { CloseReasonCode } from '@netra/protocol';
import type { RevocableToken } from '@netra/token';

/** A WebSocket or an SSE stream: something that lives on after its request, and must end with its token. */
export interface Live {
  readonly connectionId: string;
  readonly kind: 'websocket' | 'event_stream';
  readonly openedAtMs: number;
  readonly userId: string;
  /** By which facts it can be revoked; others after a renewal. */
  token(): RevocableToken;
  /** Does what is due at this time: heartbeat, token deadline, age. */
  tick(nowMs: number): void;
  /** Tells the client the code and ends. */
  end(code: CloseReasonCode): void;
  /** Says `draining` and ends. */
  drain(): void;
  /** Cuts without a word. */
  terminate(): void;
  /** Bytes that its reader has not taken. */
  queuedBytes(): number;
}

export interface LiveSet {
  /** Returns the removal. */
  add(live: Live): () => void;
  countOf(userId: string): number;
  of(userId: string): readonly Live[];
  all(): readonly Live[];
  count(): number;
  /** Called whenever the number of a user changed. One listener. */
  onCount(listener: (userId: string, count: number) => void): void;
  /** Bytes that wait for readers, over all. */
  queuedBytes(): number;
  /** Tells all to come back, here or elsewhere. */
  drainAll(): void;
  /** Runs by itself every half second. */
  tick(): void;
  /**
   * Drains all, a slice at a time so that not all come back elsewhere at once, waits up to `graceMs` for them to end, and
   * cuts the rest.
   */
  stop(options: { graceMs: number }): Promise<void>;
}

const TICK_MS = 500;
const POLL_MS = 20;
/** All are told to go within this share of the grace: the rest is for those that are slow to leave. */
const DRAIN_SHARE = 0.5;
const MAX_DRAIN_MS = 3_000;
/** At least so many are told at a time: a small set need not wait. */
const MIN_SLICE = 50;

/** All that is open on this node. One timer serves them all: a timer each would cost more memory than the rest. */
export function createLiveSet({ now }: { now: () => number }): LiveSet {
  /** Lists that are replaced, not changed: most users have one connection, and a set for it costs four times as much. */
  const byUser = new Map<string, readonly Live[]>();
  let total = 0;
  let isStopping = false;
  let onCount: (userId: string, count: number) => void = () => undefined;

  /** A copy: what is visited may leave meanwhile. */
  const all = (): Live[] => [...byUser.values()].flat();

  function each(visit: (live: Live) => void): void {
    for (const live of all()) visit(live);
  }

  function tick(): void {
    const nowMs = now();
    each((live) => live.tick(nowMs));
  }

  function remove(live: Live): void {
    const before = byUser.get(live.userId) ?? [];
    const lives = before.filter((other) => other !== live);
    if (lives.length === before.length) return;
    if (lives.length === 0) byUser.delete(live.userId);
    else byUser.set(live.userId, lives);
    total--;
    onCount(live.userId, lives.length);
  }

  const timer = setInterval(tick, TICK_MS);
  timer.unref();

  return {
    add(live) {
      const { userId } = live;
      const lives = [...(byUser.get(userId) ?? []), live];
      byUser.set(userId, lives);
      total++;
      onCount(userId, lives.length);
      // Let in just before the stop began: it ends like the rest, once its opener is done with it.
      if (isStopping) queueMicrotask(() => live.drain());
      return () => remove(live);
    },
    all,
    of: (userId) => byUser.get(userId) ?? [],
    countOf: (userId) => byUser.get(userId)?.length ?? 0,
    count: () => total,
    onCount(listener) {
      onCount = listener;
    },
    queuedBytes: () => all().reduce((sum, live) => sum + live.queuedBytes(), 0),
    drainAll: () => each((live) => live.drain()),
    tick,
    async stop({ graceMs }) {
      isStopping = true;
      const endsAtMs = performance.now() + graceMs;
      await drainInSlices(all(), Math.min(MAX_DRAIN_MS, graceMs * DRAIN_SHARE));
      clearInterval(timer);
      while (total > 0 && performance.now() < endsAtMs) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      each((live) => live.terminate());
    },
  };
}

/** Ticks go on meanwhile: tokens end and pings are sent as ever. */
async function drainInSlices(lives: readonly Live[], windowMs: number): Promise<void> {
  const slices = Math.max(1, Math.floor(windowMs / POLL_MS));
  const size = Math.max(MIN_SLICE, Math.ceil(lives.length / slices));
  for (let start = 0; start < lives.length; start += size) {
    if (start > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    for (const live of lives.slice(start, start + size)) live.drain();
  }
}
