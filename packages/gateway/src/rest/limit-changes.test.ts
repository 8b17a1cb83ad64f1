import { problemSchema } from '@netra/protocol';
import { type Context, Hono } from 'hono';
import { expect, test } from 'vitest';
import { createUserBudgets } from '../connections/frame-budget.ts';
import { limitChanges } from './limit-changes.ts';
import type { RestEnv } from './rest-options.ts';

/** Two at once, one a second; whoever asks is named by a header. */
function startApp() {
  const clock = { nowMs: 0 };
  const now = () => clock.nowMs;
  const userBudgets = createUserBudgets({ now, rate: { burst: 2, perSecond: 1 } });
  const app = new Hono<RestEnv>();
  const userOf = (c: Context<RestEnv>) => c.req.header('x-user') ?? '';
  app.use(limitChanges({ userBudgets, userOf, publicUrl: 'https://netra.test', now }));
  app.all('/', (c) => c.text('done'));
  const ask = (method: string, user = 'ada') => app.request('/', { method, headers: { 'x-user': user } });
  return { ask, clock, userBudgets };
}

test('changes over REST that come too fast are refused, with the time to wait; what is only read is not counted', async () => {
  const { ask, clock } = startApp();
  for (const method of ['POST', 'GET', 'DELETE', 'GET', 'HEAD']) expect((await ask(method)).status).toBe(200);
  const refused = await ask('POST');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(problemSchema.parse(await refused.json())).toMatchObject({
    code: 'rate_limited',
    retry: { advice: 'after', after_ms: 1_000 },
  });
  expect((await ask('GET')).status).toBe(200);
  expect((await ask('POST', 'bob')).status).toBe(200);
  clock.nowMs += 1_000;
  expect((await ask('PATCH')).status).toBe(200);
  expect((await ask('PATCH')).status).toBe(429);
});

test('changes over REST and frames take from the same budget', async () => {
  const { ask, clock, userBudgets } = startApp();
  const { budget } = userBudgets.join('ada');
  budget.take();
  budget.take();
  expect((await ask('POST')).status).toBe(429);
  clock.nowMs += 1_000;
  expect((await ask('POST')).status).toBe(200);
  expect(budget.waitMs(clock.nowMs)).toBe(1_000);
});
