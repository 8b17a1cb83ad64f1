import { refusal } from '@netra/protocol';
import type { Context, MiddlewareHandler } from 'hono';
import type { UserBudgets } from '../connections/frame-budget.ts';
import { refuse } from './refuse.ts';
import type { RestEnv } from './rest-options.ts';

/** Counts what a user changes over REST with the frames of that user: neither is a way around the limit of the other. */
export function limitChanges(options: {
  userBudgets: UserBudgets;
  userOf: (c: Context<RestEnv>) => string;
  publicUrl: string;
  now: () => number;
}): MiddlewareHandler<RestEnv> {
  const { userBudgets, userOf, publicUrl, now } = options;
  const takeFrom = (userId: string): number => {
    const { budget, leave } = userBudgets.join(userId);
    const waitMs = budget.waitMs(now());
    if (waitMs === 0) budget.take();
    leave();
    return waitMs;
  };
  return async (c, next) => {
    // Hono answers HEAD by GET.
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    const waitMs = takeFrom(userOf(c));
    if (waitMs === 0) return next();
    const refused = refusal('rate_limited', 'Requests come too fast; this one was ignored.', waitMs);
    return refuse(refused, { publicUrl });
  };
}
