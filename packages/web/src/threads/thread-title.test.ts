import { expect, test } from 'vitest';
import { threadTitle } from './thread-title.ts';

test('a chat has its own title', () => {
  expect(threadTitle({ title: 'Who am I?' })).toBe('Who am I?');
});

test('a chat without a title, or one that is not begun, is a new chat', () => {
  expect(threadTitle({ title: '' })).toBe('New chat');
  expect(threadTitle({ title: '  ' })).toBe('New chat');
  expect(threadTitle(undefined)).toBe('New chat');
});
