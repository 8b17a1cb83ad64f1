import { expect, test } from 'vitest';
import { createEventBuffer } from './event-buffer.ts';

async function collect(values: AsyncIterable<number>): Promise<number[]> {
  const seen: number[] = [];
  for await (const value of values) seen.push(value);
  return seen;
}

test('gives what came before the reader and what comes after, in order', async () => {
  const buffer = createEventBuffer<number>(10, () => new Error('full'));
  buffer.push(1);
  const reading = collect(buffer);
  buffer.push(2);
  await Promise.resolve();
  buffer.push(3);
  buffer.end();
  expect(await reading).toEqual([1, 2, 3]);
});

test('holds no more than its capacity, and says so after what it held', async () => {
  const buffer = createEventBuffer<number>(2, () => new Error('full'));
  for (const value of [1, 2, 3, 4]) buffer.push(value);
  const seen: number[] = [];
  const reading = (async () => {
    for await (const value of buffer) seen.push(value);
  })();
  await expect(reading).rejects.toThrow('full');
  expect(seen).toEqual([1, 2]);
});
