import { type ConnectionFrame, LIMITS, problemOf, type Refusal, retryOf, SUBPROTOCOL } from '@netra/protocol';
import type { UserContext } from './user-context.ts';

/** The first frame of every connection. */
export function establishedFrame(
  context: UserContext,
  facts: { connectionId: string; attemptId: string; at: string; heartbeatMs: number },
): ConnectionFrame {
  const { connectionId, attemptId, at, heartbeatMs } = facts;
  return {
    type: 'connection_established',
    at,
    connection_id: connectionId,
    user_id: context.userId,
    session_id: context.sessionId,
    roles: [...context.roles],
    permissions: [...context.permissions],
    token_expires_at: new Date(context.expiresAtMs).toISOString(),
    heartbeat_ms: heartbeatMs,
    max_frame_bytes: LIMITS.maxClientFrameBytes,
    protocol: SUBPROTOCOL,
    server_time: at,
    attempt_id: attemptId,
  };
}

/** A refusal of one frame; the connection goes on. */
export function errorFrame(refused: Refusal, at: string, ref: string | undefined): ConnectionFrame {
  const { detail, fix } = problemOf(refused, { publicUrl: '' });
  const { code } = refused;
  return {
    type: 'error',
    at,
    ...(ref === undefined ? {} : { ref }),
    code,
    detail,
    fix,
    retry: retryOf(refused),
  };
}
