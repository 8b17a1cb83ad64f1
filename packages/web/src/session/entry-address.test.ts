import { expect, test } from 'vitest';
import { keepWantedPath, wantedPath } from './entry-address.ts';

test('from page to page goes where the person wanted to, and nothing else', () => {
  expect(keepWantedPath('/sign-up', '?next=%2Fchat%2Fthr_1&error=x')).toBe('/sign-up?next=%2Fchat%2Fthr_1');
  expect(keepWantedPath('/sign-up', '?news=password_changed')).toBe('/sign-up');
});

test('signing in leads to a chat of this page or to the start, never elsewhere', () => {
  expect(wantedPath('?next=%2Fchat%2Fthr_1')).toBe('/chat/thr_1');
  for (const next of ['https://evil.example', '//evil.example', '/chat/../console'])
    expect(wantedPath(`?next=${encodeURIComponent(next)}`)).toBe('/');
});
