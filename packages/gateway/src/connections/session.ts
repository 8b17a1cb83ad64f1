import type { CloseReasonCode, ConnectionFrame, Refusal } from '@netra/protocol';
import type { Deliver, Subscription } from '../event-log/feed.ts';
import type { Flow } from '../event-log/flow.ts';
import type { UserContext } from './user-context.ts';

/** What the handlers of frames may do with their connection, and with no other. */
export interface Session {
  readonly connectionId: string;
  context(): UserContext;
  /** Replaces the whole identity of the connection. */
  renew(context: UserContext): void;
  isOpen(): boolean;
  send(frame: ConnectionFrame): void;
  /** One frame, whose parts may be shared with other connections. */
  sendShared(parts: readonly Uint8Array[]): void;
  sendError(refused: Refusal, ref: string | undefined): void;
  /** Tells the client the code and closes. */
  end(code: CloseReasonCode): void;
  readonly deliver: Deliver;
  /** How fast the connection takes what is delivered. */
  readonly flow: Flow;
  /** By thread id; all are closed with the connection. */
  readonly subscriptions: Map<string, Subscription>;
}
