import { LIMITS } from '@netra/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';

let kit: TestGateway;
beforeAll(async () => {
  kit = await startTestGateway();
});
afterAll(() => kit.close());

test('frames above the rate are refused with a time to wait, and who goes on is closed; others are served', async () => {
  const [hasty, other] = [await kit.connect('ada'), await kit.connect('bob')];
  // Some come back while the burst is sent.
  const count =
    LIMITS.connectionFrames.burst + LIMITS.maxRefusedFrames + 10 * LIMITS.connectionFrames.perSecond;
  for (let frame = 0; frame < count; frame++) hasty.send({ type: 'ping', id: `p${frame}` });
  const refused = await hasty.next('error');
  expect(refused).toMatchObject({ code: 'rate_limited', retry: { advice: 'after' } });
  expect(refused.ref).toMatch(/^p\d+$/);
  expect(await hasty.closed).toEqual({ code: 1008, reason: 'message_rate_exceeded' });
  other.send({ type: 'ping' });
  await other.next('pong');
  other.webSocket.close();
}, 20_000);
