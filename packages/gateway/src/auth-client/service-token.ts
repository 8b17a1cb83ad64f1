import { serviceTokenResponseSchema } from '@netra/protocol';
import { type AuthAnswer, type AuthExchange, AuthOutage } from './auth-exchange.ts';

/** Ask for a new token this long before the old one ends, so that none dies in flight. */
const RENEW_BEFORE_MS = 30_000;

export interface ServiceTokenOptions {
  exchange: AuthExchange;
  serviceId: string;
  serviceSecret: string;
  now: () => number;
}

/**
 * Asks as this service: with its own access token by client credentials (RFC 6749 §4.4), which is good for
 * `/auth/service/*` only, fetched once however many need it, and anew when it is refused.
 */
export function createServiceExchange(options: ServiceTokenOptions): AuthExchange {
  const { exchange, now } = options;
  let current: { token: string; renewAtMs: number } | undefined;
  let pending: Promise<string> | undefined;

  async function load(): Promise<string> {
    const body = serviceTokenResponseSchema.parse(await requestToken(options));
    current = { token: body.access_token, renewAtMs: now() + body.expires_in * 1000 - RENEW_BEFORE_MS };
    return body.access_token;
  }

  function getToken(): Promise<string> {
    if (current && now() < current.renewAtMs) return Promise.resolve(current.token);
    pending ??= load().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  async function ask(path: string, init: RequestInit): Promise<{ token: string; answer: AuthAnswer }> {
    const token = await getToken();
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${token}`);
    return { token, answer: await exchange(path, { ...init, headers }) };
  }

  return async (path, init) => {
    const first = await ask(path, init);
    if (first.answer.status !== 401) return first.answer;
    // As after a change of its keys. Another request may have fetched a new token already.
    if (current?.token === first.token) current = undefined;
    return (await ask(path, init)).answer;
  };
}

async function requestToken({ exchange, serviceId, serviceSecret }: ServiceTokenOptions): Promise<unknown> {
  const credentials = `${encodeURIComponent(serviceId)}:${encodeURIComponent(serviceSecret)}`;
  const { status, body } = await exchange('/auth/service/token', {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  if (status !== 200) throw new AuthOutage(`the auth service answered ${status} to our service credential`);
  return body;
}
