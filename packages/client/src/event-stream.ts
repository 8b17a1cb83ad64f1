import { errorOfResponse, type HttpOptions, initOf, urlOf } from './http.ts';
import { NetraError } from './netra-error.ts';
import type { RestRequest } from './rest.ts';

export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** Reads server-sent events until the stream ends or `signal` aborts. Rejects with a `NetraError` when refused or lost. */
export async function readEventStream(
  http: HttpOptions,
  request: RestRequest,
  { signal, onEvent }: { signal: AbortSignal; onEvent: (event: StreamEvent) => void },
): Promise<void> {
  try {
    const response = await http.fetch(urlOf(http.baseUrl, request), initOf(http, request, signal));
    if (!response.ok) throw errorOfResponse(response, await response.text());
    if (response.body === null) throw new NetraError('response_unreadable');
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let rest = '';
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const blocks = (rest + decoder.decode(read.value, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) if (!signal.aborted) giveEvent(block, onEvent);
    }
  } catch (error) {
    if (error instanceof NetraError) throw error;
    throw new NetraError('server_unreachable', { cause: error });
  }
}

/** What Netra writes: fields on one line each, one space after the colon. */
function giveEvent(block: string, onEvent: (event: StreamEvent) => void): void {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''));
  }
  const event = fields.get('event');
  const data = fields.get('data');
  if (event !== undefined && data !== undefined) onEvent({ id: fields.get('id'), event, data });
}
