import type { RootCause } from '@netra/diagnosis';
import type { DrillStack } from './lab/drill-stack.ts';
import type { Lab } from './lab/lab.ts';
import type { Met, OutsideView } from './outside.ts';

/** Starts what a drill runs on. Drills that name the same function share one stack, and leave it as it was. */
export type StartStack = (lab: Lab) => Promise<DrillStack>;

/** One fault, injected from outside into running services, and the root cause that must be found. */
export interface Drill {
  readonly name: string;
  /** What is broken, or what the client did, in a few words. */
  readonly injected: string;
  readonly expected: RootCause;
  /** Of two faults at once: both must be named. */
  readonly alsoExpected?: RootCause;
  /** The number of the incident that it repeats. */
  readonly incident?: 1 | 2 | 3 | 4 | 5;
  /** Nothing on the server is broken, and the right answer is to say so. */
  readonly isControl?: true;
  /** Absent for pairs, which are about explanations. */
  readonly outside?: OutsideView;
  readonly stack: StartStack;
  /** Injects the fault, meets the failure as a client does and gives the id of what is to be explained. */
  readonly run: (stack: DrillStack) => Promise<string | Met>;
  /** Undoes what other drills of the stack would meet, once the explanation is there. */
  readonly repair?: (stack: DrillStack) => Promise<void>;
}
