import { randomInt } from 'node:crypto';
import { test } from 'vitest';
import { checkMutatedTokens } from './testing/mutated-tokens.ts';

const seed = randomInt(2 ** 31);

test(`none of 5,000 altered tokens is accepted (seed ${seed})`, async () => {
  await checkMutatedTokens({ runs: 5_000, seed });
});
