import { z } from 'zod';
import { ADVICES, REASON_CODES, REASONS, type ReasonCode } from './reasons.ts';

export const reasonCodeSchema = z.enum(REASON_CODES);

/** What a client should do next: the advice of the reason, and for `after` the time to wait. */
export const retrySchema = z.object({ advice: z.enum(ADVICES), after_ms: z.int().nonnegative().optional() });
export type Retry = z.infer<typeof retrySchema>;

/** A refusal over HTTP: RFC 9457 `application/problem+json` with our members. */
export const problemSchema = z.object({
  type: z.url(),
  title: z.string(),
  status: z.int(),
  code: reasonCodeSchema,
  detail: z.string(),
  fix: z.string(),
  retry: retrySchema,
  attempt_id: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** An expected "no": the code says what was seen, `detail` says what in particular. Never holds a secret. */
export interface Refusal {
  readonly code: ReasonCode;
  readonly detail?: string;
  readonly retryAfterMs?: number;
}

export function refusal(code: ReasonCode, detail?: string, retryAfterMs?: number): Refusal {
  return {
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The `retry` member for a refusal, in frames and problems alike. */
export function retryOf({ code, retryAfterMs }: Refusal): Retry {
  const { advice } = REASONS[code];
  return retryAfterMs === undefined ? { advice } : { advice, after_ms: Math.ceil(retryAfterMs) };
}

/** The body of a refusal. `publicUrl` is the configured base, never the `Host` header. */
export function problemOf(
  refused: Refusal,
  { publicUrl, attemptId }: { publicUrl: string; attemptId?: string },
): Problem {
  const reason = REASONS[refused.code];
  return {
    type: `${publicUrl.replace(/\/$/, '')}/reasons/${refused.code}`,
    title: reason.title,
    status: reason.http ?? 500,
    code: refused.code,
    detail: refused.detail ?? reason.meaning,
    fix: reason.fix,
    retry: retryOf(refused),
    ...(attemptId === undefined ? {} : { attempt_id: attemptId }),
  };
}
