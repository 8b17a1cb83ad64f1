import { expect, test } from 'vitest';
import { createLifecycle } from './lifecycle.ts';
import { createLogger } from './logging/logger.ts';

const log = createLogger({ level: 'silent' });

test('stops in reverse order, once', async () => {
  const order: string[] = [];
  const lifecycle = createLifecycle({ log });
  for (const name of ['database', 'service', 'http']) lifecycle.add(name, () => void order.push(name));
  const [first, second] = await Promise.all([lifecycle.stop('SIGINT'), lifecycle.stop('SIGTERM')]);
  expect(order).toEqual(['http', 'service', 'database']);
  expect(first).toEqual({ clean: true });
  expect(second).toBe(first);
});

test('goes on when a step throws or hangs, and says that it was not clean', async () => {
  const order: string[] = [];
  const lifecycle = createLifecycle({ log, deadlineMs: 20, minimumStepMs: 5 });
  lifecycle.add('database', () => void order.push('database'));
  lifecycle.add('hangs', () => new Promise(() => undefined));
  lifecycle.add('throws', () => {
    throw new Error('no');
  });
  expect(await lifecycle.stop('SIGINT')).toEqual({ clean: false });
  expect(order).toEqual(['database']);
});

test('stops at once what is added too late', async () => {
  const lifecycle = createLifecycle({ log });
  await lifecycle.stop('SIGINT');
  const stopped = new Promise<string>((resolve) => lifecycle.add('late', ({ reason }) => resolve(reason)));
  expect(await stopped).toBe('SIGINT');
});
