import { NetraError } from '@netra/client';
import { describe, expect, test } from 'vitest';
import { signInWords } from './sign-in-words.ts';

const malformed = (authCode: string, detail?: string) =>
  signInWords(new NetraError('request_malformed', { authCode, detail }));

test.each([
  ['INVALID_EMAIL_OR_PASSWORD', 'The e-mail or the password is wrong'],
  ['USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL', 'There is already an account with this e-mail'],
  ['PASSWORD_TOO_SHORT', 'The password is too short'],
  ['PASSWORD_COMPROMISED', 'This password is too easy to guess'],
  ['SIGN_IN_LOCKED', 'Too many wrong passwords'],
  ['EMAIL_NOT_VERIFIED', 'Your e-mail address is not confirmed yet'],
  ['INVALID_TOKEN', 'This link has expired or was used before'],
  ['INVALID_CODE', 'This code is wrong or was used before'],
  ['SIGN_IN_LINK_INVALID', 'This link has expired or was used before'],
])('%s is said in words for the person at the form', (authCode, title) => {
  expect(malformed(authCode, "The library's own words.")).toMatchObject({ title, detail: undefined });
});

test('what has no words of its own keeps those of the reason table', () => {
  const error = new NetraError('rate_limited', { detail: 'Ten tries in a minute.' });
  const { code, title, detail, fix } = error;
  expect(signInWords(error)).toEqual({ code, title, detail, fix });
  expect(malformed('constructor').title).toBe(new NetraError('request_malformed').title);
});

describe('a malformed field', () => {
  test.each([
    ['[body.email] Invalid email address', 'This is no e-mail address'],
    ['[body.password] Invalid input: expected string, received null', 'This password cannot be used'],
    ['[body.name] Invalid input: expected string, received null', 'This name cannot be used'],
    ['[body.email] Too short; [body.email] Invalid email address', 'This is no e-mail address'],
  ])('is named by the detail "%s"', (detail, title) => {
    expect(malformed('VALIDATION_ERROR', detail)).toMatchObject({ title, detail: undefined });
  });

  test.each([
    ['no field', 'Something is malformed.'],
    ['nothing', undefined],
    ['a field that no form of ours has', '[body.image] Invalid input'],
    ['several fields', '[body.email] Invalid email address; [body.name] Invalid input'],
  ])('keeps the words of the server when the detail names %s', (_name, detail) => {
    const { title } = new NetraError('request_malformed');
    expect(malformed('VALIDATION_ERROR', detail)).toMatchObject({ title, detail });
  });
});
