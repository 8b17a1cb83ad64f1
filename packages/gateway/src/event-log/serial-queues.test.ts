import { expect, test } from 'vitest';
import { createSerialQueues } from './serial-queues.ts';

test('tasks of one key run one after the other, also after one that fails', async () => {
  const queues = createSerialQueues();
  const order: string[] = [];
  let release: () => void = () => undefined;
  const first = queues.run('a', async () => {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    order.push('first');
    throw new Error('broken');
  });
  const second = queues.run('a', async () => order.push('second'));
  await queues.run('b', async () => order.push('other key'));
  release();
  await expect(first).rejects.toThrow('broken');
  await second;
  expect(order).toEqual(['other key', 'first', 'second']);
});
