import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { refusedUpgrade } from '../testing/raw-upgrade.ts';

const OPERATOR = { user: { userId: 'operator', roles: [], permissions: [] }, operator: true };
const PER_MINUTE = 3;

let direct: TestGateway;
let proxied: TestGateway;
beforeAll(async () => {
  direct = await startTestGateway({ handshakesPerMinute: PER_MINUTE });
  proxied = await startTestGateway({ handshakesPerMinute: PER_MINUTE, trustedProxies: ['127.0.0.1', '::1'] });
});
afterAll(() => Promise.all([direct.close(), proxied.close()]));

const upgrade = (kit: TestGateway, forwardedFor?: string) =>
  refusedUpgrade({
    port: kit.port,
    headers: forwardedFor === undefined ? {} : { 'X-Forwarded-For': forwardedFor },
  });

async function codes(kit: TestGateway, addresses: readonly (string | undefined)[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const address of addresses) found.push((await upgrade(kit, address)).problem.code);
  return found;
}

test('handshakes beyond the rate of an address are refused with the time to wait, then come in again', async () => {
  await codes(
    direct,
    Array.from({ length: PER_MINUTE }, () => undefined),
  );
  const refused = await upgrade(direct);
  expect(refused.problem).toMatchObject({ code: 'rate_limited', status: 429, retry: { advice: 'after' } });
  expect(refused.header('retry-after')).toBe('20');
  const ticket = await direct.request('/v1/ws/ticket', { user: 'ada', method: 'POST' });
  expect(ticket.status).toBe(201);
  direct.clock.advance(20_000);
  expect(await codes(direct, [undefined, undefined])).toEqual(['credential_missing', 'rate_limited']);
});

test('an address that an untrusted peer claims changes nothing, and is noted', async () => {
  direct.clock.advance(60_000);
  const claimed = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'];
  expect((await codes(direct, claimed)).at(-1)).toBe('rate_limited');
  const refused = await upgrade(direct, '203.0.113.5');
  const attemptId = String(refused.problem.attempt_id);
  const explained = await direct.gateway.guideProbes.explainAttempt({ ...OPERATOR, attemptId });
  expect(explained?.explanation?.causes[0]).toMatchObject({ root_cause: 'untrusted_proxy' });
});

test('behind a trusted proxy each client has a rate of its own, and an IPv6 network counts as one', async () => {
  const own = ['203.0.113.1', '203.0.113.1', '203.0.113.1', '203.0.113.2', '203.0.113.1'];
  expect(await codes(proxied, own)).toEqual([
    'credential_missing',
    'credential_missing',
    'credential_missing',
    'credential_missing',
    'rate_limited',
  ]);
  const network = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1', '2001:db8::4'];
  expect((await codes(proxied, network)).slice(3)).toEqual(['credential_missing', 'rate_limited']);
});
