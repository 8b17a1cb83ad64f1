import type { StartStack } from '../drill.ts';

/** The gateway reaches its database over a link that can be pulled. */
export const unsteadyDatabase: StartStack = (lab) => lab.start({ hasDatabaseLink: true });
