import { LIMITS } from '@netra/protocol';

/** Runs that one process executes at the same time; more wait in their queues. */
const MAX_RUNS = 500;

/** How many runs this process executes, in all and of each user, so that one user cannot take the room of all. */
export interface Room {
  /** Takes a place, which the caller gives back once. */
  enter(ownerId: string): { leave(): void };
  isFull(): boolean;
  /** A claim that is under way has not entered yet: as many more may come as the process has database connections. */
  hasPlaceFor(ownerId: string): boolean;
  /** Users who have as many runs here as they may. */
  crowdedOut(): string[];
  count(): number;
}

export function createRoom(): Room {
  const byOwner = new Map<string, number>();
  let total = 0;
  const countOf = (ownerId: string): number => byOwner.get(ownerId) ?? 0;

  return {
    enter(ownerId) {
      byOwner.set(ownerId, countOf(ownerId) + 1);
      total++;
      return {
        leave() {
          const left = countOf(ownerId) - 1;
          if (left > 0) byOwner.set(ownerId, left);
          else byOwner.delete(ownerId);
          total--;
        },
      };
    },
    isFull: () => total >= MAX_RUNS,
    hasPlaceFor: (ownerId) => total < MAX_RUNS && countOf(ownerId) < LIMITS.maxRunsPerUser,
    crowdedOut: () =>
      [...byOwner].filter(([, count]) => count >= LIMITS.maxRunsPerUser).map(([ownerId]) => ownerId),
    count: () => total,
  };
}
