import { REASONS, type ReasonCode } from '@netra/protocol';
import { expect } from 'vitest';
import { type PageRecord, recordOf } from '../../kit/page-record.ts';
import { poll } from '../../kit/poll.ts';
import { browserCases } from './browser-cases.ts';
import type { BrowserRig } from './browser-rig.ts';

/** From the refusal or close until it is to be read, by the clock of the page. A hundredth of it is usual. */
const WITHIN_MS = 1_000;

/** Lets a page meet the reason, and sees that the page shows it; or that it is said why no page meets it. */
export async function expectShown(code: ReasonCode, rig: BrowserRig): Promise<void> {
  const meet = browserCases[code];
  if ('notMet' in meet) {
    expect(meet.notMet).not.toBe('');
    return;
  }
  const page = await meet(rig);
  let record: PageRecord | undefined;
  const tookMs = await poll(
    async () => {
      record = await recordOf(page);
      const came = record.came.find((one) => one.code === code);
      const shown = record.shown.find((one) => one.code === code && one.text.includes(titleOf(code)));
      return came && shown && shown.atMs - came.atMs;
    },
    {
      deadlineMs: 15_000,
      everyMs: 50,
      what: () => `${code} to come and be shown; so far ${JSON.stringify(record)}`,
    },
  );
  expect(tookMs).toBeLessThan(WITHIN_MS);
}

function titleOf(code: ReasonCode): string {
  // A whole page of its own, in words for people who follow a link.
  return code === 'thread_unknown' ? 'There is no such chat among yours' : REASONS[code].title;
}
