import type { ClosedConnection } from '@netra/diagnosis';
import type { Logger } from '@netra/service';
import type { RevocationView } from '@netra/token';
import type { WebSocket } from 'ws';
import type { Feed } from '../event-log/feed.ts';
import type { ConnectionMetrics } from '../metrics/metrics.ts';
import type { IntakeOptions } from './frame-intake.ts';
import type { LiveSet } from './live-set.ts';
import type { SocketLine } from './socket-line.ts';
import type { UserContext } from './user-context.ts';

/** What one connection is, besides what all of them share. */
export interface Accepted {
  webSocket: WebSocket;
  line: SocketLine;
  context: UserContext;
  connectionId: string;
  attemptId: string;
  /** What is known of the client, for the record of how it ended. */
  facts: Pick<ClosedConnection, 'client' | 'facts'>;
}

/** Shared by all connections: each keeps a reference to it, not a copy. */
export interface ConnectionRooms extends IntakeOptions {
  feed: Feed;
  liveSet: LiveSet;
  revocations: RevocationView;
  /** Period of the ping and of `heartbeat`. */
  heartbeatMs: number;
  /** Default: that of `createLiveness`. */
  maxConnectionAgeMs?: number | undefined;
  random: () => number;
  metrics?: ConnectionMetrics;
  onClosed?: (closed: ClosedConnection) => void;
  log: Logger;
}
