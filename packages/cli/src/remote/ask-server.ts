import { AppError } from '@netra/service';

export type Fetch = (request: Request) => Promise<Response>;

export interface Question {
  /** Default: POST with a body, else GET. */
  readonly method?: 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** Default: whatever the server prefers. */
  readonly accept?: string;
  /** Session token or API key. */
  readonly bearer?: string;
}

const TIMEOUT_MS = 15_000;

/**
 * One request to a running server. Errors: `server_unreachable`, or the code that the server refused with; never with a token
 * or a password in the message.
 */
export async function askServer(
  fetch: Fetch,
  url: string,
  { method, path, body, accept, bearer }: Question,
): Promise<Response> {
  const request = new Request(`${url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(accept === undefined ? {} : { Accept: accept }),
      Origin: new URL(url).origin,
      ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const response = await fetch(request).catch((cause: unknown) => {
    throw new AppError('server_unreachable', `No Netra answers at ${url}.`, {
      fix: `Check the address: curl ${url}/health/live`,
      cause,
    });
  });
  if (response.ok) return response;
  throw await refusalOf(response, url);
}

async function refusalOf(response: Response, url: string): Promise<AppError> {
  const found: unknown = await response.json().catch(() => undefined);
  const body = typeof found === 'object' && found !== null ? found : {};
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(body, name);
    return typeof value === 'string' ? value : undefined;
  };
  const said = text('detail') ?? text('message') ?? text('title') ?? `HTTP ${response.status}`;
  const code = text('code') ?? 'server_refused';
  return new AppError(code, `${url} refused (${code}): ${said}`, {
    fix: text('fix') ?? `netra login ${url}`,
  });
}
