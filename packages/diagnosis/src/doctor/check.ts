import type { ReasonCode } from '@netra/protocol';
import type { RootCause } from '../root-causes.ts';
import type { DoctorContext } from './doctor-context.ts';

/** Looks at one thing from outside and is silent when it is fine. */
export interface Check {
  /** snake_case; also the argument of `netra doctor <url>`. */
  readonly name: string;
  readonly title: string;
  readonly needs: readonly CheckNeed[];
  /** Left out unless it is named: it takes longer than a doctor's visit may. */
  readonly onDemand?: boolean;
  /** All later checks rest on it: after a finding here they are skipped. */
  readonly isFoundation?: boolean;
  readonly run: (context: DoctorContext) => Promise<Finding | undefined>;
}

/** `session`: an access token, given or obtained with the key of end-to-end tests. */
export type CheckNeed = 'session' | 'e2e_key';

/** Something that is wrong, ending in what to run or set. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The command or setting to go on with. */
  readonly command: string;
  readonly root_cause?: RootCause;
  readonly code?: ReasonCode;
  readonly attempt_id?: string;
  readonly evidence?: readonly {
    readonly source: string;
    readonly observed: string;
    readonly expected?: string;
  }[];
}

export type CheckOutcome =
  | { readonly kind: 'fine' }
  | { readonly kind: 'finding'; readonly finding: Finding }
  /** `because` says what it needs, or that the budget was spent. */
  | { readonly kind: 'skipped'; readonly because: string };

export interface CheckResult {
  readonly name: string;
  readonly title: string;
  readonly duration_ms: number;
  readonly outcome: CheckOutcome;
}

export interface DoctorReport {
  readonly url: string;
  readonly ok: boolean;
  readonly duration_ms: number;
  readonly results: readonly CheckResult[];
}
