import type { ReasonCode } from '@netra/protocol';
import type { MissingEvidence } from './evidence.ts';
import type { RootCause } from './root-causes.ts';
import type { Subject } from './subject.ts';

/** Why an attempt ended as it did (PROTOCOL §7). The code says what was seen, a root cause what to mend. */
export interface Explanation {
  /** Of a closed connection the attempt that opened it, of a run the run's id. */
  readonly attempt_id: string;
  readonly subject: { readonly kind: Subject['kind']; readonly id: string };
  /** When it happened. */
  readonly at: string;
  readonly code: ReasonCode;
  readonly summary: string;
  /** Best first: those that explain the code, then those that would refuse next. Empty when no rule fits. */
  readonly causes: readonly Cause[];
  readonly ruled_out: readonly RuledOut[];
  readonly path: readonly {
    readonly step: string;
    readonly outcome: string;
    readonly duration_ms: number;
  }[];
  /** Why the first cause stands before the others; absent with fewer than two. */
  readonly ranking?: string;
  readonly incident_id?: string;
  /** What could not be looked at. */
  readonly not_available?: readonly MissingEvidence[];
}

export interface Cause {
  readonly root_cause: RootCause;
  /** The root cause in a few words. */
  readonly title: string;
  /** 0-1. 1 is for what the record itself proves. */
  readonly confidence: number;
  /** Why not more and not less. */
  readonly reason: string;
  /** `next`: another fault that would refuse the client once the first is mended. */
  readonly position: 'cause' | 'next';
  readonly whys: readonly Why[];
  readonly fix: { readonly action: string; readonly command?: string };
  readonly prevention: string;
  /** Of a defect: file and line. */
  readonly location?: string;
  readonly release?: string;
  readonly first_seen?: string;
}

export interface Why {
  readonly question: string;
  readonly answer: string;
  readonly evidence: readonly Observation[];
}

export interface Observation {
  /** Where it was seen, e.g. `attempt.facts.token.expires_at`. */
  readonly source: string;
  readonly observed: string;
  readonly expected?: string;
}

export interface RuledOut {
  readonly root_cause: RootCause;
  readonly because: string;
}
