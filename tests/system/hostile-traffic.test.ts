import { randomInt } from 'node:crypto';
import { it } from 'vitest';
import { drillHostileTraffic } from '../kit/hostile-drill.ts';

const seed = randomInt(2 ** 31);

// 1,500 of each go before, to warm up.
it(`1,000 mutated upgrades and as many frames do no harm (seed ${seed})`, async () => {
  await drillHostileTraffic({ count: 1_000, seed });
});
