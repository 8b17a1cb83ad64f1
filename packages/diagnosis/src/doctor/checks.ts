import type { Check } from './check.ts';

/** In the order in which a connection needs them. */
export const CHECKS: readonly Check[] = [];
