import type { ReasonCode } from '@netra/protocol';
import type { AttemptFacts, AttemptRecord, Evidence, PresentedToken } from './attempt.ts';
import type { Cause, Observation, RootCause, Why } from './explanation.ts';

/** One root cause and how to recognize it. */
export interface Rule {
  readonly rootCause: RootCause;
  /** The codes that it can be behind; it is asked for no other. */
  readonly codes: readonly ReasonCode[];
  readonly judge: (input: RuleInput) => Judgement;
}

export interface RuleInput {
  readonly attempt: AttemptRecord;
  readonly facts: AttemptFacts;
  readonly token: PresentedToken;
  readonly expected: NonNullable<AttemptFacts['expected']>;
  readonly evidence: Evidence;
  /** When the attempt was made, epoch milliseconds. */
  readonly atMs: number;
}

/** `unknown`: what the rule needs was not recorded, so it says nothing. */
export type Judgement =
  | ({ readonly verdict: 'cause' } & Omit<Cause, 'root_cause'>)
  | { readonly verdict: 'ruled_out'; readonly because: string }
  | { readonly verdict: 'unknown' };

export const unknown: Judgement = { verdict: 'unknown' };

export function ruledOut(because: string): Judgement {
  return { verdict: 'ruled_out', because };
}

export function cause(parts: Omit<Cause, 'root_cause'>): Judgement {
  return { verdict: 'cause', ...parts };
}

export function why(question: string, answer: string, ...evidence: readonly Observation[]): Why {
  return { question, answer, evidence };
}

type Observable = string | number | boolean;

/** An observation, or none when the value was not recorded. */
export function seen(source: string, observed: Observable | undefined, expected?: Observable): Observation[] {
  if (observed === undefined) return [];
  const shown = { source, observed: String(observed) };
  return [expected === undefined ? shown : { ...shown, expected: String(expected) }];
}

/** Epoch milliseconds of an ISO time; undefined when absent or not a time. */
export function parseTime(iso: string | undefined): number | undefined {
  const ms = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `90 s`, `12 min`, `3 h`, `2 days`. */
export function describeDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
