import type { StartStack } from '../drill.ts';

/** All is well, and tokens are signed with public keys, as they are by default. */
export const ordinary: StartStack = (lab) => lab.start();
