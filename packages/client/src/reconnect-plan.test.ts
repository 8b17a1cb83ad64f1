import { REASON_CODES, REASONS } from '@netra/protocol';
import { describe, expect, test } from 'vitest';
import { NetraError } from './netra-error.ts';
import { NO_FAILURES, planReconnect } from './reconnect-plan.ts';

const random = () => 1;

describe('planReconnect', () => {
  test.each(REASON_CODES)(
    '%s ends the client exactly when its advice says that waiting cannot help',
    (code) => {
      const isTerminal = ['never', 'sign_in'].includes(REASONS[code].advice);
      expect(planReconnect(new NetraError(code), NO_FAILURES, random).next).toBe(
        isTerminal ? 'refuse' : 'retry',
      );
    },
  );

  test('a stale token is renewed at once the first time, and with growing waits after that', () => {
    const first = planReconnect(new NetraError('token_expired'), NO_FAILURES, random);
    expect(first).toMatchObject({ next: 'retry', delayMs: 0, forceToken: true });
    if (first.next !== 'retry') return;
    const second = planReconnect(new NetraError('token_expired'), first.history, random);
    expect(second).toMatchObject({ next: 'retry', delayMs: 500, forceToken: true });
  });

  test('the time that the server names is kept, with a little jitter on top', () => {
    const plan = planReconnect(new NetraError('rate_limited', { afterMs: 7_000 }), NO_FAILURES, random);
    expect(plan).toMatchObject({ delayMs: 7_250, mayCutShort: false });
  });

  test('a used ticket leads to a new one at once, but not in a tight loop', () => {
    const first = planReconnect(new NetraError('ticket_used'), NO_FAILURES, random);
    expect(first).toMatchObject({ delayMs: 0 });
    if (first.next === 'retry') {
      expect(planReconnect(new NetraError('ticket_used'), first.history, random)).toMatchObject({
        delayMs: 500,
      });
    }
  });
});
