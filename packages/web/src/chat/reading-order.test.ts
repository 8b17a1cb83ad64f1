import { expect, test } from 'vitest';
import { answer, question } from '../testing/message-views.ts';
import { inReadingOrder } from './reading-order.ts';

const keys = (...messages: Parameters<typeof inReadingOrder>[0]) =>
  inReadingOrder(messages).map(({ key }) => key);

test('an answer follows its question, though another question came in between', () => {
  expect(
    keys(
      question('q1', { runId: 'run_1' }),
      question('q2', { runId: 'run_2' }),
      answer('a1', { runId: 'run_1' }),
      answer('a2', { runId: 'run_2' }),
    ),
  ).toEqual(['q1', 'a1', 'q2', 'a2']);
});

test('an answer follows the last of the questions that steered its run', () => {
  expect(
    keys(
      question('q1', { runId: 'run_1' }),
      question('more', { runId: 'run_1' }),
      question('q2', { runId: 'run_2' }),
      answer('a1', { runId: 'run_1' }),
    ),
  ).toEqual(['q1', 'more', 'a1', 'q2']);
});

test('a question that is still being sent stays at the end', () => {
  expect(
    keys(question('q1', { runId: 'run_1' }), answer('a1', { runId: 'run_1' }), question('unsent')),
  ).toEqual(['q1', 'a1', 'unsent']);
});

test('an answer whose question is on an earlier page, or that has no run, stays where it is', () => {
  expect(keys(answer('a0', { runId: 'run_0' }), question('q1'), answer('a1'))).toEqual(['a0', 'q1', 'a1']);
});
