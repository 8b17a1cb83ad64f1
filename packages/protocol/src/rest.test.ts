import { expect, test } from 'vitest';
import { createThreadBodySchema, updateThreadBodySchema } from './rest.ts';

test.each(['Plans', '  Grüße 👋 ', '\tplans\n', 'x'.repeat(200)])('%j is a title', (title) => {
  expect(createThreadBodySchema.parse({ title })).toEqual({ title: title.trim() });
  expect(updateThreadBodySchema.parse({ title })).toEqual({ title: title.trim() });
});

test.each(['', ' ', '\u0000', 'a\u0000b', 'two\nlines', 'a\u007f', 'half \ud83d', 'x'.repeat(201)])(
  '%j is no title',
  (title) => {
    expect(createThreadBodySchema.safeParse({ title }).success).toBe(false);
    expect(updateThreadBodySchema.safeParse({ title }).success).toBe(false);
  },
);
