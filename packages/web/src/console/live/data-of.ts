import type { PollState } from './poll.ts';

/** What was seen last, if anything. */
export function dataOf<Data>(state: PollState<Data>): Data | undefined {
  return 'data' in state ? state.data : undefined;
}
