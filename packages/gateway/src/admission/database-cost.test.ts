import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { refusedUpgrade } from '../testing/raw-upgrade.ts';

const HANDSHAKES = 200;
/** Leases, sweeps and health go on meanwhile; a query for each handshake would be many times as many. */
const BACKGROUND_QUERIES = 20;

let kit: TestGateway;
let queries = 0;
beforeAll(async () => {
  kit = await startTestGateway({ maxConnectionsPerUser: HANDSHAKES });
  kit.pool.on('acquire', () => {
    queries++;
  });
});
afterAll(() => kit.close());

async function inBatches(one: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < HANDSHAKES; done += 20) await Promise.all(Array.from({ length: 20 }, one));
}

test('handshakes of a known user ask the database nothing', async () => {
  const first = await kit.connect('ada');
  first.webSocket.close();
  await first.closed;
  queries = 0;
  await inBatches(async () => {
    const client = await kit.connect('ada');
    await client.next('connection_established');
    client.webSocket.close();
    await client.closed;
  });
  expect(queries).toBeLessThan(BACKGROUND_QUERIES);
});

test('a flood of bad tokens writes what one second may hold, in one statement each', async () => {
  const stored = async () =>
    Number(
      (await kit.pool.query("SELECT count(*) FROM attempts WHERE code = 'token_malformed'")).rows[0].count,
    );
  queries = 0;
  const startedAtMs = performance.now();
  await inBatches(() => refusedUpgrade({ port: kit.port, headers: { Authorization: 'Bearer not-a-token' } }));
  const seconds = Math.ceil((performance.now() - startedAtMs) / 1_000) + 1;
  expect(queries).toBeLessThan(BACKGROUND_QUERIES + 2 * seconds);
  await expect.poll(stored, { timeout: 5_000 }).toBeGreaterThan(0);
  expect(await stored()).toBeLessThanOrEqual(20 * (seconds + 1));
  expect(await stored()).toBeLessThan(HANDSHAKES);
});
