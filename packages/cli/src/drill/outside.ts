import type { DoctorReport, DoctorVisit, RootCause } from '@netra/diagnosis';
import type { DrillStack } from './lab/drill-stack.ts';

/** What `netra doctor` can see of a fault while it lasts: one finding before all others, or nothing, and why. */
export type OutsideView = VisibleFault | { readonly hidden: string };

interface VisibleFault {
  /** Which check must have the first finding. */
  readonly check: string;
  /** Absent: from outside the finding cannot name one, and leads to `netra why`. */
  readonly rootCause?: RootCause;
  /** Where the fault is not there by itself: keeps it up while the doctor looks. */
  readonly during?: (stack: DrillStack, look: Look) => Promise<DoctorReport>;
}

/** Of drills in which one client makes one wrong request. */
export const ONE_WRONG_REQUEST: OutsideView = { hidden: 'Only that one request was wrong.' };

/** One visit to the stack, by the key of end-to-end tests or the token of the drill, with these changes. */
export type Look = (changes?: Partial<DoctorVisit>, only?: readonly string[]) => Promise<DoctorReport>;

/** How a fault was met: the id of what is to be explained, and the token that met it, with which the doctor looks then. */
export interface Met {
  readonly id: string;
  readonly token?: string;
  /** What else the doctor has to be told to see what the client saw. */
  readonly visit?: Partial<DoctorVisit>;
}
