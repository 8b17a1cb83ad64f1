import type { ExplanationBody } from '@netra/protocol';

export interface DrawnStep {
  readonly step: string;
  readonly outcome: string;
  readonly state: 'ok' | 'skipped' | 'failed';
  readonly durationMs: number;
  /** When it began and how long it took, as shares of the whole. */
  readonly startShare: number;
  readonly share: number;
}

/** Where each step of a path lies in its time. */
export function drawPath(path: ExplanationBody['path']): { steps: DrawnStep[]; totalMs: number } {
  const totalMs = path.reduce((sum, { duration_ms: ms }) => sum + ms, 0);
  let startMs = 0;
  const steps = path.map(({ step, outcome, duration_ms: durationMs }) => {
    const startShare = totalMs === 0 ? 0 : startMs / totalMs;
    startMs += durationMs;
    return {
      step,
      outcome,
      state: stateOf(outcome),
      durationMs,
      startShare,
      share: totalMs === 0 ? 0 : durationMs / totalMs,
    };
  });
  return { steps, totalMs };
}

function stateOf(outcome: string): DrawnStep['state'] {
  return outcome === 'ok' || outcome === 'skipped' ? outcome : 'failed';
}
