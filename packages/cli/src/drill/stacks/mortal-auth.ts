import type { StartStack } from '../drill.ts';

/** Its auth service is killed, and starts again. */
export const mortalAuth: StartStack = (lab) => lab.start();
