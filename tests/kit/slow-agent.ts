import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { agentFromRun } from '@netra/agent';

/** The path of this module, for `netra up --agents`. */
export const slowAgentModule = fileURLToPath(import.meta.url);

/**
 * Counts for about a minute, unless it is stopped: something to cut in the middle. Fails when it is cut.
 * @public `netra up --agents` reads it.
 */
export const slow = agentFromRun({
  name: 'slow',
  description: 'Counts slowly.',
  async *run(_turn, signal) {
    for (let count = 1; count <= 600 && !signal.aborted; count++) {
      yield { type: 'message', delta: `${count} ` };
      await delay(100, undefined, { signal }).catch(() => undefined);
    }
  },
});
