import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { listenForStop } from './stop-signals.ts';

it('takes the Ctrl-C that npm forwards as the same wish, and a later one as impatience', () => {
  let nowMs = 0;
  const source = new EventEmitter();
  const heard: string[] = [];
  const leave = listenForStop({
    source,
    now: () => nowMs,
    onStop: (signal) => void heard.push(`stop ${signal}`),
    onForce: () => void heard.push('force'),
  });
  source.emit('SIGINT', 'SIGINT');
  nowMs = 5;
  source.emit('SIGINT', 'SIGINT');
  expect(heard).toEqual(['stop SIGINT']);
  nowMs = 2_000;
  source.emit('SIGTERM', 'SIGTERM');
  expect(heard).toEqual(['stop SIGINT', 'force']);
  leave();
  expect(source.eventNames()).toEqual([]);
});
