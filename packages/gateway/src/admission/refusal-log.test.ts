import { createLogger } from '@netra/service';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRefusalLog } from './refusal-log.ts';

test('a flood of refusals costs twenty lines a second, and one that counts the rest', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const refusals = createRefusalLog(createLogger({ level: 'info', destination }));
  const flood = (): void => {
    for (let index = 0; index < 500; index++)
      refusals.tell({ attempt_id: `att_${index}`, code: 'token_expired', step: 'token' });
  };
  flood();
  expect(lines).toHaveLength(20);
  expect(lines[0]).toMatchObject({ attempt_id: 'att_0', code: 'token_expired', step: 'token' });
  vi.advanceTimersByTime(1_000);
  expect(lines).toHaveLength(21);
  expect(lines[20]).toMatchObject({ refused: 480 });
  flood();
  expect(lines).toHaveLength(41);
});
