import { REMOTE_KEYS } from './cached-keys.ts';

/** `globalThis.fetch`, or the `fetch` of an auth service in the same process. */
export type Fetch = (request: Request) => Response | Promise<Response>;

/** Reads one JSON document within the signal's time; follows no redirect. Throws for every other outcome. */
export async function fetchJson(url: string, fetch: Fetch, signal: AbortSignal): Promise<unknown> {
  const request = new Request(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  // Raced, because a `fetch` within the process need not listen to the signal.
  return Promise.race([readBody(fetch, request), aborted(signal)]);
}

async function readBody(fetch: Fetch, request: Request): Promise<unknown> {
  const response = await fetch(request);
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  const body = await response.text();
  if (body.length > REMOTE_KEYS.maxBodyBytes) throw new Error('the document is too large');
  return JSON.parse(body);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('timeout')), { once: true });
  });
}
