import { type Refusal, refusal } from '@netra/protocol';
import type { Context, Hono } from 'hono';
import type { Outcome } from '../threads/threads.ts';
import { refuse } from './refuse.ts';
import type { RestEnv } from './rest-options.ts';

export type Handler = (c: Context<RestEnv>) => Response | Promise<Response>;
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Registers the methods of one path; any other method is `method_not_allowed`, with `Allow`. */
export function route(
  app: Hono<RestEnv>,
  path: string,
  { publicUrl, handlers }: { publicUrl: string; handlers: Partial<Record<Method, Handler>> },
): void {
  const allowed = Object.keys(handlers).join(', ');
  for (const [method, handler] of Object.entries(handlers)) app.on(method, path, handler);
  app.all(path, () => refuse(refusal('method_not_allowed'), { publicUrl, headers: { Allow: allowed } }));
}

/** The value of an outcome as JSON, or its refusal as a problem. */
export function answer<Value extends object>(
  c: Context<RestEnv>,
  outcome: Outcome<Value>,
  { publicUrl, status = 200 }: { publicUrl: string; status?: 200 | 201 },
): Response {
  return outcome.ok ? c.json(outcome.value, status) : refuse(outcome.refusal, { publicUrl });
}

/** A path parameter of the route; Hono only matches when it is there. */
export function parameter(c: Context<RestEnv>, name: string): string {
  return c.req.param(name) ?? '';
}

/** `limit` and `cursor` of a list. */
export function readPage(c: Context<RestEnv>): Outcome<{ cursor?: string; limit?: number }> {
  const cursor = c.req.query('cursor');
  const limit = readInteger(c, 'limit');
  if (!limit.ok) return limit;
  return {
    ok: true,
    value: {
      ...(cursor === undefined ? {} : { cursor }),
      ...(limit.value === undefined ? {} : { limit: limit.value }),
    },
  };
}

/** A query parameter that is a whole number from 0, or absent. */
export function readInteger(c: Context<RestEnv>, name: string): Outcome<number | undefined> {
  const text = c.req.query(name);
  if (text === undefined) return { ok: true, value: undefined };
  const isInteger = /^\d{1,15}$/.test(text);
  return isInteger ? { ok: true, value: Number(text) } : { ok: false, refusal: notAnInteger(name) };
}

function notAnInteger(name: string): Refusal {
  return refusal('request_malformed', `\`${name}\` must be a whole number, not below 0.`);
}
