import { AppError } from '@netra/service';
import { expect, it } from 'vitest';
import { describeConfigProblems, describeFailure } from './failure.ts';

it('ends a known failure in what mends it, and tells the cause', () => {
  const error = new AppError('port_in_use', 'Port 8080 is in use.', {
    fix: 'PORT=8081 npm start',
    cause: new Error('why'),
  });
  expect(describeFailure(error)).toEqual(['', 'Port 8080 is in use.', '(why)', '', '  PORT=8081 npm start']);
});

it('calls an unknown error a defect and keeps where it happened', () => {
  const text = describeFailure(new TypeError('x is not a function')).join('\n');
  expect(text).toContain('defect');
  expect(text).toContain('failure.test.ts');
});

it('lists every problem of the settings with its mend', () => {
  const problem = (setting: string) => ({
    setting,
    code: 'missing' as const,
    message: 'is not set',
    fix: `${setting}=1`,
  });
  expect(describeConfigProblems([problem('A'), problem('B')])).toEqual([
    ...['', '2 settings are missing or wrong:'],
    ...['', 'A', '  is not set', '  A=1'],
    ...['', 'B', '  is not set', '  B=1'],
  ]);
});
