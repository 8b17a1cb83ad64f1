import { expect, test } from 'vitest';
import { keepWantedPath, wantedPath } from './entry-address.ts';

test('from page to page goes where the person wanted to, and nothing else', () => {
  expect(keepWantedPath('/sign-up', '?next=%2Fchat%2Fthr_1&error=x')).toBe('/sign-up?next=%2Fchat%2Fthr_1');
  expect(keepWantedPath('/sign-up', '?news=password_changed')).toBe('/sign-up');
});

test('signing in leads to a chat or a room of the console of this page or to the start, never elsewhere', () => {
  expect(wantedPath('?next=%2Fchat%2Fthr_1')).toBe('/chat/thr_1');
  for (const next of ['/console', '/console/attempts/att_1', '/console/attempts?code=token_expired&since=1h'])
    expect(wantedPath(`?next=${encodeURIComponent(next)}`)).toBe(next);
  for (const next of ['https://evil.example', '//evil.example', '/chat/../console', '/console//evil.example'])
    expect(wantedPath(`?next=${encodeURIComponent(next)}`)).toBe('/');
});
