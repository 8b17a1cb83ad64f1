import { newId } from '@netra/protocol';
import type { EventBus } from '../bus/event-bus.ts';
import type { LiveSet } from '../connections/live-set.ts';
import { repeat } from '../repeat.ts';
import type { Places } from './connection-limit.ts';

/** A node speaks of a user from this share of the limit on: most users never come near it, and cost nothing. */
const TELL_SHARE = 0.25;
const TELL_EVERY_MS = 5_000;
/** Counts of a node that fell silent are forgotten: its users are on their way to the others, and are to be in soon. */
const FORGET_MS = 3 * TELL_EVERY_MS;

export interface PlacesOptions {
  /** Sockets and streams that a user may have open, on all nodes together. */
  limit: number;
  liveSet: LiveSet;
  bus: EventBus;
  now: () => number;
  signal: AbortSignal;
}

interface Elsewhere {
  count: number;
  atMs: number;
}

/**
 * Counts what a user has open here, and on other nodes as far as they told. No query, and no message for a user with few
 * connections; the price is that a user may exceed the limit, by less than a quarter of it for each further node, and by
 * what comes in on several nodes within the time of one message.
 */
export function createPlaces({ limit, liveSet, bus, now, signal }: PlacesOptions): Places {
  const self = newId('nod');
  const tellFrom = Math.max(1, Math.ceil(limit * TELL_SHARE));
  const told = new Set<string>();
  const elsewhere = new Map<string, Map<string, Elsewhere>>();

  const tell = (userId: string, count: number): void => {
    bus.publish({ kind: 'connections', node_id: self, owner_id: userId, count });
  };

  liveSet.onCount((userId, count) => {
    if (count >= tellFrom) told.add(userId);
    else if (!told.delete(userId)) return;
    tell(userId, count < tellFrom ? 0 : count);
  });

  bus.listen((message) => {
    if (message.kind !== 'connections') return;
    const { owner_id: userId, node_id: nodeId, count } = message;
    const nodes = elsewhere.get(userId) ?? new Map<string, Elsewhere>();
    if (count > 0) elsewhere.set(userId, nodes.set(nodeId, { count, atMs: now() }));
    else nodes.delete(nodeId);
    if (nodes.size === 0) elsewhere.delete(userId);
  });

  const forgetSilent = (): void => {
    const untilMs = now() - FORGET_MS;
    for (const [userId, nodes] of elsewhere) {
      for (const [nodeId, { atMs }] of nodes) if (atMs <= untilMs) nodes.delete(nodeId);
      if (nodes.size === 0) elsewhere.delete(userId);
    }
  };

  repeat(
    async () => {
      forgetSilent();
      for (const userId of told) tell(userId, liveSet.countOf(userId));
    },
    // Nothing in it can fail.
    { everyMs: TELL_EVERY_MS, signal, onFailed: () => undefined },
  );

  return {
    limit,
    countOf(userId) {
      let count = liveSet.countOf(userId);
      const sinceMs = now() - FORGET_MS;
      for (const there of elsewhere.get(userId)?.values() ?? [])
        if (there.atMs > sinceMs) count += there.count;
      return count;
    },
  };
}
