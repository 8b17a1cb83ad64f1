import { expect, test } from 'vitest';
import { titleFrom } from './title.ts';

test.each([
  ['Short', 'Short'],
  ['  two\n lines  ', 'two lines'],
  [`${'word '.repeat(20)}end`, `${'word '.repeat(11)}word…`],
  ['x'.repeat(80), `${'x'.repeat(60)}…`],
  ['😀'.repeat(80), `${'😀'.repeat(60)}…`],
])('the title of %j', (text, title) => {
  expect(titleFrom(text)).toBe(title);
});
