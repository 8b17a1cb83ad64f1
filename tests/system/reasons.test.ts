import { REASON_CODES, REASONS, type ReasonCode, retryOf } from '@netra/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Provoked } from './reasons/provoked.ts';
import { provokers } from './reasons/provokers.ts';
import { type ReasonRig, startReasonRig } from './reasons/reason-rig.ts';

/** Lookups of attempts are limited per minute. */
const BETWEEN_LOOKUPS_MS = 2_100;
/** The table has a close code for it, and nothing closes with it yet: a change of roles is `permissions_changed`. */
const NEVER_CLOSES: readonly ReasonCode[] = ['permission_missing'];

let rig: ReasonRig;

beforeAll(async () => {
  rig = await startReasonRig();
});

afterAll(() => rig.stop());

describe('every reason of the table is given by a running gateway', () => {
  it.each(REASON_CODES)('%s', async (code) => {
    const entry = provokers[code];
    if ('notYet' in entry) {
      expect(entry.notYet).not.toBe('');
      return;
    }
    const ways: string[] = [];
    for (const provoke of typeof entry === 'function' ? [entry] : entry) {
      const provoked = await provoke(rig);
      await check(code, provoked);
      ways.push(provoked.via);
    }
    if (REASONS[code].close !== null && !NEVER_CLOSES.includes(code)) expect(ways).toContain('close');
  });
});

async function check(code: ReasonCode, provoked: Provoked): Promise<void> {
  const { http, close, fix, title } = REASONS[code];
  const { advice } = retryOf({ code });
  switch (provoked.via) {
    case 'http':
      expect(provoked.problem).toMatchObject({ code, status: http, fix, title, retry: { advice } });
      expect(provoked.problem.type).toMatch(new RegExp(`/reasons/${code}$`));
      expect(provoked.status).toBe(http);
      return provoked.isRecorded ? expectRecord(code, provoked.problem.attempt_id) : undefined;
    case 'frame':
      return expect(provoked.frame).toMatchObject({ code, fix, retry: { advice } });
    case 'close':
      return expect([provoked.code, provoked.reason]).toEqual([close, code]);
    case 'run':
      return expect(provoked.event.data).toMatchObject({ code, fix });
    case 'record':
      return expect(provoked.code).toBe(code);
  }
}

/** What the client may look up by the id that came with the refusal. */
async function expectRecord(code: ReasonCode, attemptId: string | undefined): Promise<void> {
  rig.stack.advance(BETWEEN_LOOKUPS_MS);
  expect(await rig.json(`/v1/attempts/${attemptId}`)).toMatchObject({ code, fix: REASONS[code].fix });
}
