import { hostname } from 'node:os';
import { LIMITS, type OpsConnection, type OpsConnectionPage } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { EventBus } from '../bus/event-bus.ts';
import type { Live, LiveSet } from '../connections/live-set.ts';

export interface OpsConnections {
  /** Of this node, the newest first. */
  list(query: { userId: string | undefined; limit: number | undefined }): OpsConnectionPage;
  /** `closed`: it was here. `told`: it was not, and every other node was told to close it. */
  close(connectionId: string, operatorId: string): 'closed' | 'told';
}

/** Ends connections with `disconnected_by_operator`, whichever node they are on. */
export function createOpsConnections(options: {
  liveSet: LiveSet;
  bus: EventBus;
  nodeId: string;
  log: Logger;
}): OpsConnections {
  const { liveSet, bus, nodeId, log } = options;

  function closeHere(connectionId: string): boolean {
    const live = liveSet.all().find((each) => each.connectionId === connectionId);
    live?.end('disconnected_by_operator');
    return live !== undefined;
  }

  bus.listen((message) => {
    if (message.kind === 'disconnect') closeHere(message.connection_id);
  });

  return {
    list({ userId, limit = LIMITS.pageMax }) {
      const open = [...(userId === undefined ? liveSet.all() : liveSet.of(userId))];
      const newest = open.sort((one, other) => other.openedAtMs - one.openedAtMs);
      return {
        node: { node_id: nodeId, host: hostname() },
        open_connections: open.length,
        items: newest.slice(0, Math.min(limit, LIMITS.pageMax)).map(describe),
      };
    },
    close(connectionId, operatorId) {
      log.info({ connection_id: connectionId, operator_id: operatorId }, 'an operator ends a connection');
      if (closeHere(connectionId)) return 'closed';
      bus.publish({ kind: 'disconnect', connection_id: connectionId });
      return 'told';
    },
  };
}

function describe(live: Live): OpsConnection {
  return {
    connection_id: live.connectionId,
    kind: live.kind,
    user_id: live.userId,
    session_id: live.token().sessionId,
    opened_at: new Date(live.openedAtMs).toISOString(),
    queued_bytes: live.queuedBytes(),
  };
}
