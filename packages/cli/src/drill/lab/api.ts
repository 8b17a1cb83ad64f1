import { setTimeout as delay } from 'node:timers/promises';
import { ATTEMPT_ID_HEADER } from '@netra/protocol';
import { AppError } from '@netra/service';

const PATIENCE_MS = 15_000;
const RETRY_MS = 250;
const UNAVAILABLE = 503;

export interface ApiCall {
  readonly token?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function callApi(url: string, path: string, call: ApiCall = {}): Promise<Response> {
  const { token, method = 'GET', body, headers = {} } = call;
  return fetch(new URL(path, url), {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}

/** The body of an answer that must be good. On a machine that is busy, what is out of reach for a moment is asked again. */
export async function ask<Body>(url: string, path: string, call: ApiCall = {}): Promise<Body> {
  const endMs = performance.now() + PATIENCE_MS;
  let response = await callApi(url, path, call);
  while (response.status === UNAVAILABLE && performance.now() < endMs) {
    await response.body?.cancel();
    await delay(RETRY_MS);
    response = await callApi(url, path, call);
  }
  const text = await response.text();
  if (!response.ok)
    throw new AppError('drill_broken', `${path} answered ${response.status}: ${text.slice(0, 200)}`);
  // The routes are our own and their answers what the protocol says.
  return JSON.parse(text) as Body;
}

/** The attempt id of an answer that must be a refusal. */
export async function askRefused(url: string, path: string, call: ApiCall = {}): Promise<string> {
  const response = await callApi(url, path, call);
  await response.body?.cancel();
  const attemptId = response.headers.get(ATTEMPT_ID_HEADER);
  if (response.ok) throw new AppError('drill_not_refused', `${path} was served; the fault did nothing.`);
  if (attemptId === null)
    throw new AppError('drill_without_attempt', `${path}: ${response.status} names no attempt.`);
  return attemptId;
}
