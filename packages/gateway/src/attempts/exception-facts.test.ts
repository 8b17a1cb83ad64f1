import { expect, test } from 'vitest';
import { exceptionFacts } from './exception-facts.ts';

test('an exception is known by its name and its place in the product, without the folder it lies in', () => {
  const { name, location } = exceptionFacts(new RangeError('with the words of somebody'));
  expect(name).toBe('RangeError');
  expect(location).toMatch(/^packages\/gateway\/src\/attempts\/exception-facts\.test\.ts:\d+$/);
});

test('an installed package is named as in the repository', () => {
  const cause = new Error('no');
  cause.stack = 'Error: no\n    at file:///opt/app/node_modules/@netra/gateway/dist/admission/ladder.js:12:3';
  expect(exceptionFacts(cause).location).toBe('packages/gateway/dist/admission/ladder.js:12');
});

test('what is no error has no place', () => {
  expect(exceptionFacts('thrown text')).toEqual({ name: 'unknown' });
});
