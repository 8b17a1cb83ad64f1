import { type Problem, problemOf, REASONS, type ReasonCode, refusal } from '@netra/protocol';

export interface ProblemOptions {
  /** What in particular; the reason's meaning when absent. Never a secret. */
  readonly detail?: string;
  /** The configured base of the `type` URL, never the `Host` header. */
  readonly publicUrl: string;
  readonly attemptId?: string;
  readonly retryAfterMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal in parts, for those who write to a raw socket. `text` is the body as JSON. */
export interface ProblemParts {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly problem: Problem;
}

/** RFC 9457: body and headers of a refusal. Adds `WWW-Authenticate` on 401, `Retry-After` where a time is known. */
export function problemBody(code: ReasonCode, options: ProblemOptions): ProblemParts {
  const { detail, publicUrl, attemptId, retryAfterMs } = options;
  const problem = problemOf(refusal(code, detail, retryAfterMs), {
    publicUrl,
    ...(attemptId === undefined ? {} : { attemptId }),
  });
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    ...(attemptId === undefined ? {} : { 'Netra-Attempt-Id': attemptId }),
    ...(problem.status === 401 ? { 'WWW-Authenticate': challengeOf(code) } : {}),
    ...retryAfter(problem.status, retryAfterMs),
    ...options.headers,
  };
  return { status: problem.status, headers, text: JSON.stringify(problem), problem };
}

/** The same as a `Response`. */
export function problemResponse(code: ReasonCode, options: ProblemOptions): Response {
  const { status, headers, text } = problemBody(code, options);
  return new Response(text, { status, headers });
}

/** RFC 6750 §3: without a credential the challenge names no error. */
function challengeOf(code: ReasonCode): string {
  if (code === 'credential_missing') return 'Bearer realm="netra"';
  return `Bearer realm="netra", error="invalid_token", error_description="${REASONS[code].title.replaceAll(/["\\]/g, '')}"`;
}

/** Whole seconds, at least one; 503 and 429 always carry one (PROTOCOL §2). */
function retryAfter(status: number, retryAfterMs: number | undefined): Record<string, string> {
  if (retryAfterMs === undefined && status !== 429 && status !== 503) return {};
  return { 'Retry-After': String(Math.max(1, Math.ceil((retryAfterMs ?? 1_000) / 1_000))) };
}
