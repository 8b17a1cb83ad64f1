import { afterEach, expect, it } from 'vitest';
import { drillAuthOutage, readiness } from '../kit/auth-outage.ts';
import { poll } from '../kit/poll.ts';
import { type SplitStack, startSplitStack } from '../kit/split-stack.ts';

let stack: SplitStack | undefined;
afterEach(() => stack?.stop());

it('an auth service that is away for a minute stops nobody who was here, and lets nobody else in', async () => {
  const started = await startSplitStack();
  stack = started;
  // The clock jumps by less than a lost heartbeat takes; four whole minutes, with 200 sockets, are in the long run.
  const pass = async () => {
    started.advance(9_000);
    await tick();
  };
  await drillAuthOutage(started, { users: 3, steps: 7, pass });
});

it('a gateway that starts while the auth service is away is not ready until it has been there', async () => {
  const started = await startSplitStack();
  stack = started;
  await started.killAuth();
  const url = await started.addGateway();
  expect(await readiness(url)).toEqual([503, 'unavailable']);
  await started.reviveAuth();
  await poll(async () => ((await readiness(url))[0] === 200 ? true : undefined), {
    what: 'the gateway to be ready',
  });
  const refused = await fetch(`${started.authUrl}/auth/validate`);
  const attemptId = refused.headers.get('netra-attempt-id') ?? '';
  const attempt = async () => {
    const answer = await fetch(`${url}/v1/attempts/${attemptId}`);
    return ((await answer.json()) as { code: string }).code;
  };
  expect(await attempt()).toBe('credential_missing');
  // Those that had been there once stay in the load balancer, for as long as they can serve anybody.
  await started.killAuth();
  expect(await readiness(url)).toEqual([200, 'degraded']);
  // Nobody can say what the id is of: it is not called unknown.
  expect(await attempt()).toBe('auth_unavailable');
  started.advance(5 * 60_000);
  expect(await readiness(url)).toEqual([503, 'unavailable']);
});

/** Until the gateway has looked at its connections with the new time: it does so twice a second. */
async function tick(): Promise<void> {
  const endsAtMs = performance.now() + 550;
  await poll(() => (performance.now() > endsAtMs ? true : undefined));
  expect(performance.now()).toBeGreaterThan(endsAtMs);
}
