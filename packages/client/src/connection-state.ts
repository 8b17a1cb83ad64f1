import type { Permission, Role } from '@netra/protocol';
import type { Established } from './live-socket.ts';
import type { NetraErrorCode } from './netra-error.ts';
import type { Transport } from './transport-choice.ts';

/** Why there is no connection, in words for people. */
export interface ConnectionReason {
  readonly code: NetraErrorCode;
  readonly title: string;
  readonly detail?: string;
  readonly fix: string;
  readonly attemptId?: string;
}

/** Where the connection is. `refused` is terminal until `connect()` is called again, e.g. after a new sign-in. */
export type ConnectionState =
  | { readonly status: 'idle' }
  | { readonly status: 'connecting'; readonly attempt: number; readonly reason?: ConnectionReason }
  | {
      readonly status: 'open';
      /** `sse` where WebSockets are blocked: slower notices of other windows, else the same. */
      readonly transport: Transport;
      readonly connectionId: string;
      readonly userId: string;
      readonly roles: readonly Role[];
      readonly permissions: readonly Permission[];
      readonly attemptId: string;
      /** True from the moment the server said that it will close this connection soon. */
      readonly isDraining: boolean;
    }
  | {
      readonly status: 'waiting';
      readonly reason: ConnectionReason;
      /** Milliseconds since the epoch, by the client's clock. */
      readonly retryAtMs: number;
      readonly attempt: number;
    }
  | { readonly status: 'refused'; readonly reason: ConnectionReason }
  | { readonly status: 'closed' };

export function openState(frame: Established, transport: Transport): ConnectionState {
  return {
    status: 'open',
    transport,
    connectionId: frame.connection_id,
    userId: frame.user_id,
    roles: frame.roles,
    permissions: frame.permissions,
    attemptId: frame.attempt_id,
    isDraining: false,
  };
}
