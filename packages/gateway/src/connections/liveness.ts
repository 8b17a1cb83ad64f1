import { type CloseReasonCode, LIMITS } from '@netra/protocol';

/** Connections end at 50 min ± 5, spread so that those of one moment do not come back in one moment. */
const MAX_AGE_MS = 45 * 60_000;
const MAX_AGE_SPREAD_MS = 10 * 60_000;

interface TokenTimes {
  expiresAtMs: number;
  deadlineMs: number;
}

type LivenessAction =
  | { kind: 'heartbeat' }
  | { kind: 'token_expiring' }
  | { kind: 'end'; code: Extract<CloseReasonCode, 'heartbeat_lost' | 'token_expired' | 'max_age'> };

export interface Liveness {
  /** A frame or a pong came. */
  heard(): void;
  renewed(token: TokenTimes): void;
  /** What is due now. At most one `end`, and nothing after it. */
  due(nowMs: number): LivenessAction[];
}

/** When a connection must speak, be heard, be warned and end. Holds no timer: it is asked. */
export function createLiveness(options: {
  token: TokenTimes;
  heartbeatMs: number;
  nowMs: number;
  random: () => number;
}): Liveness {
  const { heartbeatMs } = options;
  let token = options.token;
  let heartbeatAtMs = options.nowMs + heartbeatMs;
  let lostAtMs: number | undefined;
  let isWarned = false;
  const endsAtMs = options.nowMs + MAX_AGE_MS + options.random() * MAX_AGE_SPREAD_MS;

  return {
    heard() {
      lostAtMs = undefined;
    },
    renewed(renewed) {
      token = renewed;
      isWarned = false;
    },
    due(nowMs) {
      if (nowMs >= token.deadlineMs) return [{ kind: 'end', code: 'token_expired' }];
      if (lostAtMs !== undefined && nowMs >= lostAtMs) return [{ kind: 'end', code: 'heartbeat_lost' }];
      if (nowMs >= endsAtMs) return [{ kind: 'end', code: 'max_age' }];
      const actions: LivenessAction[] = [];
      if (!isWarned && nowMs >= token.expiresAtMs - LIMITS.tokenExpiringMs) {
        isWarned = true;
        actions.push({ kind: 'token_expiring' });
      }
      if (nowMs >= heartbeatAtMs) {
        heartbeatAtMs = nowMs + heartbeatMs;
        lostAtMs ??= nowMs + LIMITS.pongTimeoutMs;
        actions.push({ kind: 'heartbeat' });
      }
      return actions;
    },
  };
}
