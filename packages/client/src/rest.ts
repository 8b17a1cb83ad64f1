import { type HttpOptions, sendRequest } from './http.ts';
import { NetraError } from './netra-error.ts';
import type { TokenSource } from './token-source.ts';

export interface RestRequest {
  /** Default `GET`. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From the base address, e.g. `/v1/threads`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** How the body of the answer is read; ask for the type by an `accept` header. Default `json`. */
  readonly answer?: 'json' | 'text';
}

/** A request with the bearer token; the caller names the shape that the contract promises for the answer. */
export type Rest = <Body>(request: RestRequest) => Promise<Body>;

/** A token that the server finds stale is renewed once; every other refusal is the caller's. */
export function createRest(http: HttpOptions, getToken: TokenSource): Rest {
  async function attempt(request: RestRequest, force: boolean): Promise<unknown> {
    const token = await getToken({ force });
    const { body } = await sendRequest(http, withBearer(request, token));
    return body;
  }

  return async <Body>(request: RestRequest) => {
    // The contract of the path gives the shape; the server validates what it sends.
    try {
      return (await attempt(request, false)) as Body;
    } catch (error) {
      if (!(error instanceof NetraError) || error.retry.advice !== 'renew_token') throw error;
      return (await attempt(request, true)) as Body;
    }
  };
}

export function withBearer(request: RestRequest, token: string): RestRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}
