import type { ReasonCode } from '@netra/protocol';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { findChromium } from '../kit/chromium.ts';
import { type BrowserRig, startBrowserRig } from './reasons/browser-rig.ts';
import { expectShown } from './reasons/expect-shown.ts';

const chromium = findChromium();
/** One of each way in which a reason comes to a page; `reasons.long.ts` does all of the table. */
const ONE_OF_EACH: readonly ReasonCode[] = [
  'token_signature_invalid',
  'token_malformed',
  'origin_not_allowed',
  'ticket_used',
  'connection_limit',
  'thread_unknown',
  'step_limit',
  'message_too_large',
  'max_age',
  'permissions_changed',
  'session_ended',
  'user_inactive',
  'disconnected_by_operator',
];

describe.skipIf(chromium === undefined)('a page shows the true reason', () => {
  let rig: BrowserRig;

  beforeAll(async () => {
    rig = await startBrowserRig(chromium ?? '');
  });
  afterEach(() => rig.endCase());
  afterAll(() => rig.stop());

  it.each(ONE_OF_EACH)('%s', (code) => expectShown(code, rig));
});
