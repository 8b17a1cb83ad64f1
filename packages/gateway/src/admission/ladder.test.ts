import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { refusal } from '@netra/protocol';
import { expect, test } from 'vitest';
import { beginAttempt } from '../attempts/attempt.ts';
import { createAddressGate } from './address-gate.ts';
import { enter } from './ladder.ts';

const MAX = 3;

function enterBeside(others: number) {
  const request = new IncomingMessage(new Socket());
  request.url = '/ws';
  const attempt = beginAttempt({ now: Date.now });
  const entry = enter(request, attempt, {
    isDraining: () => false,
    addressGate: createAddressGate({ now: Date.now }),
    pending: { count: () => others, max: MAX },
  });
  return { entry, attempt };
}

test('so many upgrades are judged at a time, and the next is told to come again', () => {
  expect(enterBeside(MAX - 1).entry.ok).toBe(true);
  const { entry, attempt } = enterBeside(MAX);
  expect(entry).toMatchObject({ ok: false, refusal: { code: 'rate_limited', retryAfterMs: 1_000 } });
  const record = attempt.finish(refusal('rate_limited'));
  expect(record.steps.at(-1)).toMatchObject({ step: 'capacity', outcome: 'refused' });
  expect(record.facts?.limit).toEqual({ name: 'pending_handshakes', limit: MAX, observed: MAX, per: 'node' });
});
