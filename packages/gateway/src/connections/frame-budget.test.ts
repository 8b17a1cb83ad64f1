import { expect, test } from 'vitest';
import { createUserBudgets, FrameBudget } from './frame-budget.ts';

test('a burst is granted at once, and then so many a second', () => {
  const budget = new FrameBudget({ burst: 3, perSecond: 10 }, 0);
  for (let frame = 0; frame < 3; frame++) {
    expect(budget.waitMs(0)).toBe(0);
    budget.take();
  }
  expect(budget.waitMs(0)).toBe(100);
  expect(budget.waitMs(50)).toBe(50);
  expect(budget.waitMs(101)).toBe(0);
});

test('a clock that is put back gives nothing', () => {
  const budget = new FrameBudget({ burst: 1, perSecond: 10 }, 1_000);
  budget.take();
  expect(budget.waitMs(0)).toBe(100);
});

test('the connections of a user share one budget', () => {
  const budgets = createUserBudgets({ now: () => 0, rate: { burst: 2, perSecond: 1 } });
  const [first, second, other] = [budgets.join('ada'), budgets.join('ada'), budgets.join('bob')];
  first.budget.take();
  first.budget.take();
  expect(second.budget.waitMs(0)).toBe(1_000);
  expect(other.budget.waitMs(0)).toBe(0);
});

test('who leaves and comes back finds the budget as it would be by then', () => {
  let nowMs = 0;
  const budgets = createUserBudgets({ now: () => nowMs, rate: { burst: 2, perSecond: 1 } });
  const first = budgets.join('ada');
  first.budget.take();
  first.budget.take();
  first.leave();
  const again = budgets.join('ada');
  expect(again.budget.waitMs(nowMs)).toBe(1_000);
  again.leave();
  nowMs = 1_000;
  expect(budgets.join('ada').budget.waitMs(nowMs)).toBe(0);
});

test('of those who left, nobody is remembered whose budget is whole again, and never more than so many', () => {
  let nowMs = 0;
  const budgets = createUserBudgets({ now: () => nowMs, rate: { burst: 2, perSecond: 1 }, maxAway: 2 });
  for (const user of ['ada', 'bob', 'eve']) {
    const member = budgets.join(user);
    member.budget.take();
    member.leave();
  }
  budgets.join('dan').leave();
  expect(budgets.count()).toBe(2);
  nowMs = 1_000;
  budgets.join('dan').leave();
  expect(budgets.count()).toBe(0);
});
