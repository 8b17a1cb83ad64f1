import type { StepBaseline } from '@netra/diagnosis';
import type { HandshakeStats } from '../attempts/handshake-stats.ts';

/** Fewer say nothing about an ordinary day. */
const MIN_HANDSHAKES = 20;

/** How long each step took in the handshakes that were accepted here, to the next bound of the histogram. */
export function baselinesOf(handshakes: Pick<HandshakeStats, 'acceptedDurations'>): StepBaseline[] {
  return [...handshakes.acceptedDurations()].flatMap(([step, durations]) => {
    if (durations.count < MIN_HANDSHAKES) return [];
    const [p50, p95] = [durations.quantileMs(0.5), durations.quantileMs(0.95)];
    return p50 === undefined || p95 === undefined ? [] : [{ step, p50_ms: p50, p95_ms: p95 }];
  });
}
