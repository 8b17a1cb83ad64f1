import type { ReasonCode } from '@netra/protocol';
import type { DrillStack } from './drill-stack.ts';
import { until } from './until.ts';

/** The attempt of a user whose client left before it could be told: it is in the records a second later. */
export function lastAttempt(stack: DrillStack, code: ReasonCode, userId: string): Promise<string> {
  return until(`an attempt with ${code}`, async () => {
    const rows = await stack.sql<{ attempt_id: string }>(
      'select attempt_id from netra.attempts where code = $1 and user_id = $2 order by at desc limit 1',
      [code, userId],
    );
    return rows[0]?.attempt_id;
  });
}
