import type { AttemptStep } from '@netra/diagnosis';
import type { ReasonCode } from '@netra/protocol';
import { DurationHistogram } from '../metrics/duration-histogram.ts';

const MINUTE_MS = 60_000;
/** Minutes that are remembered. */
const MAX_MINUTES = 24 * 60;

/** How a handshake ended. */
export type HandshakeOutcome = ReasonCode | 'accepted';

export interface HandshakeMinute {
  /** When the minute began, epoch milliseconds. */
  readonly atMs: number;
  readonly counts: ReadonlyMap<HandshakeOutcome, number>;
  /** What the steps of those that were accepted took, together and at most. */
  readonly acceptedMs: number;
  readonly slowestMs: number;
}

export interface HandshakeStats {
  /** `isTest`: the client calls itself one of end-to-end tests; that is only counted. */
  record(outcome: HandshakeOutcome, steps: readonly AttemptStep[], isTest?: boolean): void;
  /** Since the start. */
  totals(): ReadonlyMap<HandshakeOutcome, number>;
  /** Since the start, of those that are tests. */
  testTotals(): ReadonlyMap<HandshakeOutcome, number>;
  /** Newest last; a minute in which nobody came is left out. */
  minutes(): readonly HandshakeMinute[];
  /** Since the start, of every step that was ever taken. */
  stepDurations(): ReadonlyMap<string, DurationHistogram>;
  /** The same of those that were accepted: how long each step takes on an ordinary day. */
  acceptedDurations(): ReadonlyMap<string, DurationHistogram>;
  /** Since the start: all steps of one handshake together. `left`: the client went before it was judged. */
  durations(): Readonly<Record<'accepted' | 'refused' | 'left', DurationHistogram>>;
}

interface StepDurations {
  readonly all: DurationHistogram;
  readonly accepted: DurationHistogram;
}

/** Counts all handshakes of this node, accepted ones too, in memory of a fixed size: what rates and baselines are read from. */
export function createHandshakeStats({ now }: { now: () => number }): HandshakeStats {
  const totals = new Map<HandshakeOutcome, number>();
  const testTotals = new Map<HandshakeOutcome, number>();
  const whole = {
    accepted: new DurationHistogram(),
    refused: new DurationHistogram(),
    left: new DurationHistogram(),
  };
  const minutes: {
    atMs: number;
    counts: Map<HandshakeOutcome, number>;
    acceptedMs: number;
    slowestMs: number;
  }[] = [];
  const steps = new Map<string, StepDurations>();

  function minuteOf(nowMs: number) {
    const atMs = nowMs - (nowMs % MINUTE_MS);
    const latest = minutes.at(-1);
    if (latest?.atMs === atMs) return latest;
    const minute = { atMs, counts: new Map<HandshakeOutcome, number>(), acceptedMs: 0, slowestMs: 0 };
    minutes.push(minute);
    if (minutes.length > MAX_MINUTES) minutes.shift();
    return minute;
  }

  return {
    record(outcome, taken, isTest = false) {
      const minute = minuteOf(now());
      count(totals, outcome);
      if (isTest) count(testTotals, outcome);
      count(minute.counts, outcome);
      let takenMs = 0;
      for (const { step, duration_ms } of taken) {
        const durations = durationsOf(steps, step);
        durations.all.observe(duration_ms);
        if (outcome === 'accepted') durations.accepted.observe(duration_ms);
        takenMs += duration_ms;
      }
      whole[kindOf(outcome)].observe(takenMs);
      if (outcome !== 'accepted') return;
      minute.acceptedMs += takenMs;
      minute.slowestMs = Math.max(minute.slowestMs, takenMs);
    },
    totals: () => totals,
    testTotals: () => testTotals,
    minutes: () => minutes,
    stepDurations: () => new Map([...steps].map(([step, { all }]) => [step, all])),
    // A step that only others came to is none of theirs.
    acceptedDurations: () =>
      new Map([...steps].flatMap(([step, { accepted }]) => (accepted.count > 0 ? [[step, accepted]] : []))),
    durations: () => whole,
  };
}

function kindOf(outcome: HandshakeOutcome): 'accepted' | 'refused' | 'left' {
  if (outcome === 'accepted') return 'accepted';
  return outcome === 'client_gone' ? 'left' : 'refused';
}

function count(counts: Map<HandshakeOutcome, number>, outcome: HandshakeOutcome): void {
  counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
}

function durationsOf(steps: Map<string, StepDurations>, step: string): StepDurations {
  let durations = steps.get(step);
  if (durations === undefined) {
    durations = { all: new DurationHistogram(), accepted: new DurationHistogram() };
    steps.set(step, durations);
  }
  return durations;
}
