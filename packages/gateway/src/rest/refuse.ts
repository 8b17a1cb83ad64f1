import type { Refusal } from '@netra/protocol';
import { problemResponse } from '@netra/service';

export interface RefuseOptions {
  publicUrl: string;
  attemptId?: string;
  headers?: Record<string, string>;
}

/** A refusal as an HTTP answer. */
export function refuse(refused: Refusal, { publicUrl, attemptId, headers }: RefuseOptions): Response {
  return problemResponse(refused.code, {
    publicUrl,
    ...(refused.detail === undefined ? {} : { detail: refused.detail }),
    ...(refused.retryAfterMs === undefined ? {} : { retryAfterMs: refused.retryAfterMs }),
    ...(attemptId === undefined ? {} : { attemptId }),
    ...(headers === undefined ? {} : { headers }),
  });
}
