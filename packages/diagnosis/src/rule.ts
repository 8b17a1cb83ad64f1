import type { ReasonCode } from '@netra/protocol';
import type { AttemptFacts, AttemptRecord, PresentedToken } from './attempt.ts';
import type { Evidence } from './evidence.ts';
import type { Cause, Observation, Why } from './explanation.ts';
import type { RootCause } from './root-causes.ts';
import type { ClosedConnection, FailedRun } from './subject.ts';

/** One root cause and how to recognize it. */
export interface Rule {
  readonly rootCause: RootCause;
  /** In a few words, for headings. */
  readonly title: string;
  /** The codes that it can be behind. */
  readonly codes: readonly ReasonCode[];
  /** Other codes at which it is asked as well: it would refuse next, if the facts prove it on their own. */
  readonly alongside?: readonly ReasonCode[];
  /** What it must know. */
  readonly needs: string;
  /** What would show that it is not this. */
  readonly refutedBy: string;
  /** How it is kept from happening again. */
  readonly prevention: string;
  readonly judge: (input: RuleInput) => Judgement;
}

export interface RuleInput {
  /** The subject in the form of an attempt. */
  readonly attempt: AttemptRecord;
  readonly connection?: ClosedConnection;
  readonly run?: FailedRun;
  readonly facts: AttemptFacts;
  readonly token: PresentedToken;
  readonly expected: NonNullable<AttemptFacts['expected']>;
  readonly evidence: Evidence;
  /** When it happened, epoch milliseconds. */
  readonly atMs: number;
  /** The code is one of the rule's own; otherwise it is asked alongside and must prove itself. */
  readonly isOwnCode: boolean;
}

/** What a rule says of a cause; the rest comes from the rule itself. */
export type CauseParts = Omit<Cause, 'root_cause' | 'title' | 'position' | 'prevention'>;

/** `unknown`: what the rule needs was not recorded, so it says nothing. */
export type Judgement =
  | ({ readonly verdict: 'cause' } & CauseParts)
  | { readonly verdict: 'ruled_out'; readonly because: string }
  | { readonly verdict: 'unknown' };

export const unknown: Judgement = { verdict: 'unknown' };

export function ruledOut(because: string): Judgement {
  return { verdict: 'ruled_out', because };
}

export function cause(parts: CauseParts): Judgement {
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

/** `0.05 ms`, `1.4 ms`, `1010 ms`: as exact as anybody reads it. */
export function describeMs(ms: number): string {
  if (ms >= 10) return `${Math.round(ms)} ms`;
  return `${Number(ms.toPrecision(2))} ms`;
}

/** `90 s`, `12 min`, `3 h`, `2 days`. */
export function describeDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
