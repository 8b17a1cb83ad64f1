import { expect, test } from 'vitest';
import { returnWords } from './return-words.ts';

test.each([
  ['?news=password_changed', 'news', 'Your password is changed'],
  ['?news=address_confirmed', 'news', 'Your e-mail address is confirmed'],
  ['?news=address_confirmed&error=TOKEN_EXPIRED', 'problem', 'This link has expired or does not work'],
  ['?error=account_not_linked', 'problem', 'There is already an account with this e-mail'],
  ['?error=USER_INACTIVE&error_description=x', 'problem', 'This account is deactivated'],
  ['?error=invalid_code', 'problem', 'Signing in with the other service did not work'],
  ['?error=constructor', 'problem', 'Signing in with the other service did not work'],
])('%s is said in words', (search, tone, title) => {
  expect(returnWords(search)).toMatchObject({ tone, title });
});

test.each(['', '?next=/chat/thr_1', '?news=you+won', '?news=constructor'])('"%s" says nothing', (search) => {
  expect(returnWords(search)).toBeUndefined();
});
