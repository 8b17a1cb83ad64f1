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
}

/** The budgets of the users who are connected to this node: one for all connections of a user. */
export interface UserBudgets {
  /** `leave` it when the connection closes. */
  join(userId: string): { budget: FrameBudget; leave(): void };
  /** Users who are remembered. */
  count(): number;
}

export function createUserBudgets({
  now,
  rate = LIMITS.userFrames,
}: {
  now: () => number;
  rate?: FrameRate;
}): UserBudgets {
  const users = new Map<string, { budget: FrameBudget; members: number }>();
  return {
    join(userId) {
      const entry = users.get(userId) ?? { budget: new FrameBudget(rate, now()), members: 0 };
      users.set(userId, entry);
      entry.members++;
      return {
        budget: entry.budget,
        leave() {
          entry.members--;
          if (entry.members === 0) users.delete(userId);
        },
      };
    },
    count: () => users.size,
  };
}
