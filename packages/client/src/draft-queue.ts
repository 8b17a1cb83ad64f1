/** The first message of a draft makes the thread; a second one that went out beside it would make another. */
export interface DraftQueue {
  /** Runs `act` now, or after the message that is to make the thread. */
  run: (act: () => void) => void;
  /** The first message came to nothing: the next one is the first. */
  next: () => void;
  /** There is a thread: nothing waits any more. */
  open: () => void;
}

export function createDraftQueue({ isOpen: isOpenAtStart }: { isOpen: boolean }): DraftQueue {
  let isOpen = isOpenAtStart;
  let isBusy = false;
  let waiting: Array<() => void> = [];

  return {
    run(act) {
      if (!isOpen && isBusy) {
        waiting.push(act);
        return;
      }
      isBusy = true;
      act();
    },
    next() {
      const act = waiting.shift();
      isBusy = act !== undefined;
      act?.();
    },
    open() {
      isOpen = true;
      const acts = waiting;
      waiting = [];
      for (const act of acts) act();
    },
  };
}
