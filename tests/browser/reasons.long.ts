import { REASON_CODES } from '@netra/protocol';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { findChromium } from '../kit/chromium.ts';
import { type BrowserRig, startBrowserRig } from './reasons/browser-rig.ts';
import { expectShown } from './reasons/expect-shown.ts';

const chromium = findChromium();

// Every code that a browser can meet, from a running gateway. `tests/system/reasons.test.ts` provokes them without one.
describe.skipIf(chromium === undefined)('a page shows the true reason', () => {
  let rig: BrowserRig;

  beforeAll(async () => {
    rig = await startBrowserRig(chromium ?? '');
  });
  afterEach(() => rig.endCase());
  afterAll(() => rig.stop());

  it.each(REASON_CODES)('%s', (code) => expectShown(code, rig));
});
