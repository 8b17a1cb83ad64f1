/** Numbers from 0 to below 1 that come out the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of `NETRA_TEST_SEED`, or a new one; always printed, so that a failure can be repeated. */
export function chooseSeed(): number {
  const seed = Number(process.env.NETRA_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}: repeat it with NETRA_TEST_SEED=${seed}`);
  return seed;
}
