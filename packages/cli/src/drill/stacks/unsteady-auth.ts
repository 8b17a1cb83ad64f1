import type { StartStack } from '../drill.ts';

/** The gateway reaches the auth service over a link that can be made slow. */
export const unsteadyAuth: StartStack = (lab) => lab.start({ hasAuthLink: true });
