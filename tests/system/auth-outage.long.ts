import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, it } from 'vitest';
import { drillAuthOutage } from '../kit/auth-outage.ts';
import { type SplitStack, startSplitStack } from '../kit/split-stack.ts';

let stack: SplitStack | undefined;
afterEach(() => stack?.stop());

it('an auth service that is away for 4 real minutes stops nobody who was here', async () => {
  stack = await startSplitStack();
  await drillAuthOutage(stack, { users: 20, steps: 24, pass: () => delay(10_000) });
});
