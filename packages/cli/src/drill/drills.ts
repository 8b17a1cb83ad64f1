import type { Drill } from './drill.ts';
import { secretMismatch } from './drills/secret-mismatch.ts';

/** Every drill, the five incidents first. */
export const DRILLS: readonly Drill[] = [secretMismatch];
