import { expect, test } from 'vitest';
import { createPasswordRules } from './passwords.ts';

const rules = createPasswordRules();

test.each([
  ['short', 'PASSWORD_TOO_SHORT'],
  ['x'.repeat(129), 'PASSWORD_TOO_LONG'],
  ['password', 'PASSWORD_COMPROMISED'],
  ['PassWord', 'PASSWORD_COMPROMISED'],
  ['Password2026!', 'PASSWORD_COMPROMISED'],
  ['Michael1987', 'PASSWORD_COMPROMISED'],
  ['qwertyuiop', 'PASSWORD_COMPROMISED'],
  ['aaaaaaaaaaaaaaaaaaaaaaaa', 'PASSWORD_COMPROMISED'],
  ['lovelace-99', 'PASSWORD_COMPROMISED'],
])('%s is %s', async (password, problem) => {
  expect(await rules.problemOf(password, 'lovelace@example.com')).toBe(problem);
});

test.each([
  'correct horse battery',
  'a long password',
  'kV9!mq2x',
  'пароль-совсем-другой',
  'my password is long',
])('nothing speaks against %s', async (password) => {
  expect(await rules.problemOf(password, 'ada@example.com')).toBeUndefined();
});
