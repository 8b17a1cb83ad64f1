import type { Clock } from './clock.ts';
import type { SocketEnding } from './live-socket.ts';

export type Transport = 'websocket' | 'sse';

/** When to try whether WebSockets pass again, and how long one must live to be believed. */
export const FALLBACK = {
  firstProbeMs: 30_000,
  maxProbeMs: 10 * 60_000,
  /** A WebSocket that was cut sooner may have been cut by what lies between; twice in a row counts as blocked. */
  shortLifeMs: 2_000,
  maxShortLives: 2,
} as const;

export interface TransportChoice {
  readonly current: Transport;
  /** The upgrade failed without the server knowing of a refusal. */
  block: () => void;
  unblock: () => void;
  /** An established WebSocket ended. `wasAnnounced`: the server had said that it would. */
  noteWebSocketEnd: (end: { ending: SocketEnding; livedMs: number; wasAnnounced: boolean }) => void;
  /** The server refused, or was out of reach: then an earlier cut was as likely its own as that of a proxy. */
  noteServerTrouble: () => void;
  /** Calls back when a probe is due, each time later than before; the returned function takes that back. */
  onProbeDue: (probe: () => void) => () => void;
}

/** Which way to the server works from here. */
export function createTransportChoice(clock: Clock): TransportChoice {
  let current: Transport = 'websocket';
  let shortLives = 0;
  let probeMs: number = FALLBACK.firstProbeMs;
  return {
    get current() {
      return current;
    },
    block() {
      current = 'sse';
    },
    unblock() {
      current = 'websocket';
      shortLives = 0;
      probeMs = FALLBACK.firstProbeMs;
    },
    noteWebSocketEnd({ ending: { isLoss, cause }, livedMs, wasAnnounced }) {
      // A close frame, whatever its code, went through: it is the other end's decision.
      const wasCut = isLoss && cause === 'closed' && !wasAnnounced && livedMs < FALLBACK.shortLifeMs;
      shortLives = wasCut ? shortLives + 1 : 0;
      if (shortLives >= FALLBACK.maxShortLives) current = 'sse';
    },
    noteServerTrouble() {
      shortLives = 0;
    },
    onProbeDue(probe) {
      return clock.after(probeMs, () => {
        // Only a probe that was made lengthens the wait, not one that a reconnection took back.
        probeMs = Math.min(FALLBACK.maxProbeMs, probeMs * 2);
        probe();
      });
    },
  };
}
