import { keyIdsOf } from '../auth-client/key-history.ts';
import { wordOf } from './ask-network.ts';

/** What the key set of the auth service says now, past every cache. */
export interface KeySetAnswer {
  readonly url: string;
  readonly keyIds: string[];
  readonly latencyMs?: number;
  /** This machine's clock, less that of the auth service. The header of the answer has whole seconds only. */
  readonly offsetMs?: number;
  readonly error?: string;
}

export async function askKeySet(
  { fetch, baseUrl }: { fetch: (request: Request) => Promise<Response>; baseUrl: string },
  { signal, now }: { signal: AbortSignal; now: () => number },
): Promise<KeySetAnswer> {
  const url = new URL('/auth/jwks.json', baseUrl).href;
  const startedAtMs = performance.now();
  try {
    const response = await fetch(new Request(url, { signal }));
    const latencyMs = Math.round(performance.now() - startedAtMs);
    const offsetMs = offsetOf(response.headers.get('date'), now());
    const body: unknown = await response.json();
    if (!response.ok) return { url, keyIds: [], latencyMs, error: `HTTP ${response.status}` };
    return { url, keyIds: keyIdsOf(body), latencyMs, ...(offsetMs !== undefined && { offsetMs }) };
  } catch (cause) {
    return { url, keyIds: [], error: signal.aborted ? 'no answer in time' : wordOf(cause) };
  }
}

/** Within a second nothing is told apart: the header is cut to whole seconds. */
function offsetOf(date: string | null, nowMs: number): number | undefined {
  const thereMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(thereMs)) return undefined;
  const offsetMs = nowMs - thereMs;
  return Math.abs(offsetMs) < 2_000 ? 0 : Math.round(offsetMs);
}
