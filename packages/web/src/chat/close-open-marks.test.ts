import { expect, test } from 'vitest';
import { closeOpenMarks } from './close-open-marks.ts';

test.each([
  ['leaves text without marks alone', 'You are Ada.', 'You are Ada.'],
  ['leaves marks that are closed alone', 'You are **Ada**, see `whoami`.', 'You are **Ada**, see `whoami`.'],
  ['closes emphasis that has begun', 'You are **Ada', 'You are **Ada**'],
  ['closes emphasis after its last word, not after the space', 'You are **Ada ', 'You are **Ada**'],
  ['hides emphasis that has not begun yet', 'You are **', 'You are '],
  ['closes code that has begun', 'See `whoami', 'See `whoami`'],
  ['hides code that has not begun yet', 'See `', 'See '],
  ['takes stars inside of open code for code', 'See `a ** b', 'See `a ** b`'],
  ['looks at the last paragraph only', 'A ** here.\n\nYou are **Ada', 'A ** here.\n\nYou are **Ada**'],
  ['leaves an open code block alone', '```sh\necho "**', '```sh\necho "**'],
  ['goes on after a closed code block', '```sh\nls\n```\n\nNow **run', '```sh\nls\n```\n\nNow **run**'],
])('%s', (_name, text, shown) => {
  expect(closeOpenMarks(text)).toBe(shown);
});
