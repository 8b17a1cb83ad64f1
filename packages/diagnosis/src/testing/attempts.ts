import type { ReasonCode } from '@netra/protocol';
import type { AttemptRecord } from '../attempt.ts';

const AT = '2026-03-01T12:00:00.000Z';

/** A time relative to `AT`, ISO 8601. */
export function relative(seconds: number): string {
  return new Date(Date.parse(AT) + seconds * 1000).toISOString();
}

/** An attempt that ended with the code, with what the test adds. */
export function attempt(code: ReasonCode, more: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    attempt_id: 'att_1',
    at: AT,
    code,
    steps: [
      { step: 'origin', outcome: 'ok', duration_ms: 0.1 },
      { step: 'token', outcome: 'refused', duration_ms: 1.2 },
    ],
    client: {},
    ...more,
  };
}
