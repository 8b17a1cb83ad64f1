import { LIMITS } from '@netra/protocol';

/** How many frames may come: a burst, and from then on so many a second. */
export interface FrameRate {
  burst: number;
  perSecond: number;
}

/** A token bucket that fills evenly. */
export class FrameBudget {
  readonly #rate: FrameRate;
  #left: number;
  #atMs: number;

  constructor(rate: FrameRate, nowMs: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#atMs = nowMs;
  }

  /** Milliseconds until a frame may come; 0: now. */
  waitMs(nowMs: number): number {
    const { burst, perSecond } = this.#rate;
    // A clock that is put back gives nothing and takes nothing.
    this.#left = Math.min(burst, this.#left + (Math.max(0, nowMs - this.#atMs) * perSecond) / 1_000);
    this.#atMs = nowMs;
    return this.#left >= 1 ? 0 : Math.ceil(((1 - this.#left) * 1_000) / perSecond);
  }

  take(): void {
    this.#left -= 1;
  }

  isWhole(nowMs: number): boolean {
    this.waitMs(nowMs);
    return this.#left >= this.#rate.burst;
  }
}

/** Users who left before their budget was whole again and are remembered; beyond it whoever left first is forgotten. */
const MAX_AWAY = 10_000;

/**
 * The budgets of the users who are connected to this node: one for all connections of a user. Who leaves and comes back
 * finds it again, or a new connection would be a way around it.
 */
export interface UserBudgets {
  /** `leave` it when the connection closes. */
  join(userId: string): { budget: FrameBudget; leave(): void };
  /** Users who are remembered. */
  count(): number;
}

export function createUserBudgets({
  now,
  rate = LIMITS.userFrames,
  maxAway = MAX_AWAY,
}: {
  now: () => number;
  rate?: FrameRate;
  maxAway?: number;
}): UserBudgets {
  const users = new Map<string, { budget: FrameBudget; members: number }>();
  /** Whoever left first comes first. */
  const away = new Map<string, FrameBudget>();

  function leave(userId: string, budget: FrameBudget): void {
    users.delete(userId);
    away.set(userId, budget);
    const nowMs = now();
    if (budget.isWhole(nowMs)) away.delete(userId);
    for (const [oldest, left] of away) {
      if (away.size <= maxAway && !left.isWhole(nowMs)) return;
      away.delete(oldest);
    }
  }

  function come(userId: string): { budget: FrameBudget; members: number } {
    const entry = { budget: away.get(userId) ?? new FrameBudget(rate, now()), members: 0 };
    away.delete(userId);
    users.set(userId, entry);
    return entry;
  }

  return {
    join(userId) {
      const entry = users.get(userId) ?? come(userId);
      entry.members++;
      return {
        budget: entry.budget,
        leave() {
          entry.members--;
          if (entry.members === 0) leave(userId, entry.budget);
        },
      };
    },
    count: () => users.size + away.size,
  };
}
