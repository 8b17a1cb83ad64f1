import { serviceTokenResponseSchema } from '@netra/protocol';

/** Ask for a new token this long before the old one ends, so that none dies in flight. */
const RENEW_BEFORE_MS = 30_000;

export interface ServiceToken {
  /** The current token, fetched once however many ask for it at the same time. Throws when auth does not give one. */
  get(): Promise<string>;
  /** Forgets the token after the auth service refused it. */
  reject(token: string): void;
}

/** This service's own access token by client credentials (RFC 6749 §4.4), for `/auth/service/*` only. */
export function createServiceToken(options: {
  request: (path: string, init: RequestInit) => Promise<Response>;
  serviceId: string;
  serviceSecret: string;
  now: () => number;
}): ServiceToken {
  const { request, serviceId, serviceSecret, now } = options;
  let current: { token: string; renewAtMs: number } | undefined;
  let pending: Promise<string> | undefined;

  async function load(): Promise<string> {
    const credentials = `${encodeURIComponent(serviceId)}:${encodeURIComponent(serviceSecret)}`;
    const response = await request('/auth/service/token', {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    if (!response.ok)
      throw new Error(`the auth service answered ${response.status} to our service credential`);
    const body = serviceTokenResponseSchema.parse(await response.json());
    current = { token: body.access_token, renewAtMs: now() + body.expires_in * 1000 - RENEW_BEFORE_MS };
    return body.access_token;
  }

  return {
    get() {
      if (current && now() < current.renewAtMs) return Promise.resolve(current.token);
      pending ??= load().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    reject(token) {
      if (current?.token === token) current = undefined;
    },
  };
}
