import type { ReasonCode } from '@netra/protocol';
import type { Logger } from '@netra/service';

/** Refusals told one by one, per second: a line is written while nothing else happens in the process. */
const MAX_LINES = 20;
const WINDOW_MS = 1_000;

export interface RefusalFacts {
  attempt_id: string;
  code: ReasonCode;
  step: string | undefined;
}

/** Tells of refused upgrades: so many a second each in a line, the rest of that second in one line as a number. */
export function createRefusalLog(log: Logger): { tell(facts: RefusalFacts): void } {
  let lines = 0;
  let untold = 0;
  let isOpen = false;

  function closeWindow(): void {
    if (untold > 0) log.warn({ refused: untold }, 'more upgrades were refused than are told one by one');
    lines = 0;
    untold = 0;
    isOpen = false;
  }

  return {
    tell(facts) {
      if (!isOpen) setTimeout(closeWindow, WINDOW_MS).unref();
      isOpen = true;
      if (lines < MAX_LINES) {
        lines++;
        log.info({ ...facts }, 'upgrade refused');
      } else untold++;
    },
  };
}
