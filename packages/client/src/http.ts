import type { Advice } from '@netra/protocol';
import { ADVICES } from '@netra/protocol';
import type { Clock } from './clock.ts';
import { isReasonCode, NetraError } from './netra-error.ts';
import type { RestRequest } from './rest.ts';

/** Longest wait for an answer to one request. */
const REQUEST_TIMEOUT_MS = 15_000;

export interface HttpOptions {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Ends every request, e.g. when the client is closed. */
  readonly signal?: AbortSignal;
  readonly credentials?: RequestCredentials;
}

export interface HttpAnswer {
  readonly body: unknown;
  readonly headers: Headers;
}

/** One request, one answer. Everything but 2xx becomes a `NetraError`; 204 gives an undefined body. */
export async function sendRequest(options: HttpOptions, request: RestRequest): Promise<HttpAnswer> {
  const abort = new AbortController();
  const cancelTimeout = options.clock.after(REQUEST_TIMEOUT_MS, () => abort.abort());
  const forward = () => abort.abort();
  const outer = [options.signal, request.signal].filter((signal) => signal !== undefined);
  for (const signal of outer) {
    if (signal.aborted) abort.abort();
    signal.addEventListener('abort', forward, { once: true });
  }
  try {
    const response = await options.fetch(
      urlOf(options.baseUrl, request),
      initOf(options, request, abort.signal),
    );
    const text = await response.text();
    if (!response.ok) throw errorOfResponse(response, text);
    return { body: readBody(text, request), headers: response.headers };
  } catch (error) {
    if (error instanceof NetraError) throw error;
    if (options.signal?.aborted === true) throw new NetraError('client_closed');
    const detail = abort.signal.aborted ? 'No answer came in time.' : undefined;
    throw new NetraError('server_unreachable', { detail, cause: error });
  } finally {
    cancelTimeout();
    for (const signal of outer) signal.removeEventListener('abort', forward);
  }
}

export function urlOf(baseUrl: string, { path, query }: RestRequest): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return `${baseUrl}${path}${text === '' ? '' : `?${text}`}`;
}

export function initOf(options: HttpOptions, request: RestRequest, signal: AbortSignal): RequestInit {
  const hasBody = request.body !== undefined;
  return {
    method: request.method ?? 'GET',
    headers: {
      accept: 'application/json',
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
      ...request.headers,
    },
    ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
    credentials: options.credentials ?? 'omit',
    cache: 'no-store',
    signal,
  };
}

function readBody(text: string, { answer = 'json' }: RestRequest): unknown {
  if (answer === 'text') return text;
  return text === '' ? undefined : parseBody(text);
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NetraError('response_unreadable', { detail: 'The answer is not JSON.', cause });
  }
}

/** The error that a problem (RFC 9457) or some proxy's answer stands for. */
export function errorOfResponse(response: Response, text: string): NetraError {
  const problem = readObject(text);
  const code = problem?.code;
  const { status } = response;
  const afterMs = retryAfterMs(response);
  if (problem === undefined || !isReasonCode(code)) {
    return new NetraError('response_unreadable', { detail: `HTTP ${status}`, status, afterMs });
  }
  const retry = readRecord(problem.retry);
  const advice = retry?.advice;
  const problemAfterMs = retry?.after_ms;
  return new NetraError(code, {
    status,
    detail: readString(problem.detail),
    afterMs: typeof problemAfterMs === 'number' ? problemAfterMs : afterMs,
    attemptId: readString(problem.attempt_id) ?? response.headers.get('netra-attempt-id') ?? undefined,
    authCode: readString(problem.auth_code),
    ...optional('title', readString(problem.title)),
    ...optional('fix', readString(problem.fix)),
    ...(isAdvice(advice) ? { advice } : {}),
  });
}

function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

export function isAdvice(value: unknown): value is Advice {
  return typeof value === 'string' && (ADVICES as readonly string[]).includes(value);
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    return readRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readRecord(value: unknown): Record<string, unknown> | undefined {
  // Objects that JSON.parse made have string keys only.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function readString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function optional<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  // A computed key widens to string.
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: string });
}
