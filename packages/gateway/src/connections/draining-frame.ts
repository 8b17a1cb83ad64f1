import type { ServerFrame } from '@netra/protocol';

/** Clients come back spread over this time. */
const RECONNECT_SPREAD_MS = 2_000;

/** The last frame of a connection that ends to begin again, here or elsewhere. */
export function drainingFrame({ now, random }: { now: () => number; random: () => number }) {
  const reconnectAfterMs = Math.round(random() * RECONNECT_SPREAD_MS);
  const at = new Date(now()).toISOString();
  return { type: 'draining', at, reconnect_after_ms: reconnectAfterMs } satisfies ServerFrame;
}
