import type { Lifecycle, Logger } from '@netra/service';
import type { Settings } from '../settings/load-settings.ts';

/** What every composition is handed: settings, where to write, and whom to tell what must stop. */
export interface Startup extends Settings {
  readonly log: Logger;
  /** For the steps of the start, which a person reads as progress: there it keeps to what goes wrong. */
  readonly stepLog: Logger;
  readonly lifecycle: Lifecycle;
  /** Says in a few words what is being done, to the person or the log that waits. */
  readonly progress: (message: string) => void;
  /** Shows lines to a person who reads along; a log never gets them. Absent: nobody does. */
  readonly show?: (lines: readonly string[]) => void;
  /** Something that the process cannot do without is gone: it stops in order and exits 2. */
  readonly fail: (reason: string) => void;
}

export interface Ready {
  readonly url: string;
  /** For a person; a log gets the address. */
  readonly lines: readonly string[];
}
