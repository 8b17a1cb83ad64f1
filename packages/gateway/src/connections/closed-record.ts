import type { ClosedConnection } from '@netra/diagnosis';
import { LIMITS, type ReasonCode } from '@netra/protocol';
import { isoTime } from '../iso-time.ts';

/** What `ws` says when there was no close frame. */
const NO_CLOSE_FRAME_CODE = 1006;
const CONNECTION_LIMITS = { max_queued_bytes: LIMITS.maxQueuedBytes } as const;

/** Why the server ended a connection, and what waited for the reader then. */
export interface ServerEnd {
  readonly code: ReasonCode;
  readonly closeCode: number;
  readonly queuedBytes: number;
}

/** The record of how a connection ended. `end` is absent where the server did not end it. */
export function closedRecord(
  known: {
    ids: { connection_id: string; attempt_id: string; user_id: string };
    facts: Pick<ClosedConnection, 'client' | 'facts'>;
    end: ServerEnd | undefined;
    closeCode: number;
    queuedBytes: number;
  },
  times: { nowMs: number; openedAtMs: number; heardAtMs: number },
): ClosedConnection {
  const { ids, facts, end, closeCode, queuedBytes } = known;
  const { nowMs, openedAtMs, heardAtMs } = times;
  return {
    at: isoTime(nowMs),
    code: end?.code ?? 'client_gone',
    close_code: end?.closeCode ?? closeCode,
    ended_by: end ? 'server' : closeCode === NO_CLOSE_FRAME_CODE ? 'network' : 'client',
    age_ms: nowMs - openedAtMs,
    silence_ms: nowMs - heardAtMs,
    queued_bytes: end?.queuedBytes ?? queuedBytes,
    limits: CONNECTION_LIMITS,
    ...facts,
    connection_id: ids.connection_id,
    attempt_id: ids.attempt_id,
    user_id: ids.user_id,
  };
}
