import { randomInt } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { checkMutatedTokens } from './testing/mutated-tokens.ts';

const seed = randomInt(2 ** 31);
const MAX_GROWTH_BYTES = 16 * 1024 * 1024;

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

test(`none of 100,000 altered tokens is accepted, and none stays in memory (seed ${seed})`, async () => {
  await checkMutatedTokens({ runs: 10_000, seed });
  const before = heapBytes();
  await checkMutatedTokens({ runs: 100_000, seed: seed + 1 });
  expect(heapBytes() - before).toBeLessThan(MAX_GROWTH_BYTES);
});
