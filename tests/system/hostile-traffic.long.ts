import { randomInt } from 'node:crypto';
import { it } from 'vitest';
import { drillHostileTraffic } from '../kit/hostile-drill.ts';

const seed = randomInt(2 ** 31);

it(`30,000 mutated upgrades and as many frames do no harm and stay nowhere (seed ${seed})`, async () => {
  const { growthBytes } = await drillHostileTraffic({ count: 30_000, seed });
  console.info(`The heap of the server grew by ${Math.round(growthBytes / 1024)} KiB.`);
});
