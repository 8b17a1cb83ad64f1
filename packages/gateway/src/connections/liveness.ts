import { type CloseReasonCode, LIMITS } from '@netra/protocol';

/** By default a connection ends at 50 min ± 5. */
const MAX_AGE_MS = 50 * 60_000;
/** Each way, so that those of one moment do not come back in one moment. */
const AGE_SPREAD = 0.1;

const NOTHING_DUE: readonly LivenessAction[] = [];

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
  due(nowMs: number): readonly LivenessAction[];
}

interface LivenessOptions {
  token: TokenTimes;
  heartbeatMs: number;
  /** Give or take a tenth. */
  maxAgeMs?: number | undefined;
  nowMs: number;
  random: () => number;
}

/** When a connection must speak, be heard, be warned and end. Holds no timer: it is asked. */
export function createLiveness(options: LivenessOptions): Liveness {
  return new Clockwork(options);
}

/** A class: there is one for each connection, and functions of its own would be most of it. */
class Clockwork implements Liveness {
  readonly #heartbeatMs: number;
  readonly #endsAtMs: number;
  #token: TokenTimes;
  #heartbeatAtMs: number;
  #lostAtMs: number | undefined = undefined;
  #isWarned = false;

  constructor({ token, heartbeatMs, maxAgeMs = MAX_AGE_MS, nowMs, random }: LivenessOptions) {
    this.#token = token;
    this.#heartbeatMs = heartbeatMs;
    this.#heartbeatAtMs = nowMs + heartbeatMs;
    this.#endsAtMs = nowMs + maxAgeMs * (1 + AGE_SPREAD * (2 * random() - 1));
  }

  heard(): void {
    this.#lostAtMs = undefined;
  }

  renewed(token: TokenTimes): void {
    this.#token = token;
    this.#isWarned = false;
  }

  due(nowMs: number): readonly LivenessAction[] {
    if (nowMs >= this.#token.deadlineMs) return [{ kind: 'end', code: 'token_expired' }];
    if (this.#lostAtMs !== undefined && nowMs >= this.#lostAtMs)
      return [{ kind: 'end', code: 'heartbeat_lost' }];
    if (nowMs >= this.#endsAtMs) return [{ kind: 'end', code: 'max_age' }];
    const isToWarn = !this.#isWarned && nowMs >= this.#token.expiresAtMs - LIMITS.tokenExpiringMs;
    const isToBeat = nowMs >= this.#heartbeatAtMs;
    if (!isToWarn && !isToBeat) return NOTHING_DUE;
    const actions: LivenessAction[] = [];
    if (isToWarn) {
      this.#isWarned = true;
      actions.push({ kind: 'token_expiring' });
    }
    if (isToBeat) {
      this.#heartbeatAtMs = nowMs + this.#heartbeatMs;
      this.#lostAtMs ??= nowMs + LIMITS.pongTimeoutMs;
      actions.push({ kind: 'heartbeat' });
    }
    return actions;
  }
}
