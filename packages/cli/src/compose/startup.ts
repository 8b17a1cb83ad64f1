import type { Config, Lifecycle, Logger } from '@netra/service';

/** What every composition is handed: settings, where to write, and whom to tell what must stop. */
export interface Startup {
  readonly config: Config;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  /** Says in a few words what is being done, to the person or the log that waits. */
  readonly progress: (message: string) => void;
}
