import type { ClientFrame } from '@netra/protocol';
import { expect, test } from 'vitest';
import { laneOf } from './frame-handlers.ts';

test.each<[ClientFrame, string | undefined]>([
  [{ type: 'user_message', id: 'm', text: 'hello' }, 'subscriptions'],
  [{ type: 'subscribe', thread_id: 't' }, 'subscriptions'],
  [{ type: 'unsubscribe', thread_id: 't' }, 'subscriptions'],
  // Else the older of two tokens may come last and stay.
  [{ type: 'renew_token', token: 't' }, 'identity'],
  [{ type: 'ping' }, undefined],
  [{ type: 'cancel_run', run_id: 'r' }, undefined],
])('frames that change the same thing wait for each other: $type', (frame, lane) => {
  expect(laneOf(frame)).toBe(lane);
});
