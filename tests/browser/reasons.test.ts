import { problemOf, REASON_CODES, REASONS, type ReasonCode, refusal } from '@netra/protocol';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../kit/chromium.ts';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';

const chromium = findChromium();
/** Those lead to the sign-in page, which has tests of its own. */
const isShownHere = (code: ReasonCode) => REASONS[code].advice !== 'sign_in';
const closing = REASON_CODES.filter((code) => REASONS[code].close !== null && isShownHere(code));

/**
 * The page and the client are real; the end of the connection is written at the edge of the browser, so that every code
 * comes. That a running gateway gives each of them is what tests/system/reasons.test.ts shows.
 */
describe.skipIf(chromium === undefined)('a page whose connection is ended', () => {
  let netra: NetraProcess;
  let browser: Browser;
  let page: Page;
  let refusedWith: ReasonCode | undefined;
  let closedWith: ReasonCode | undefined;

  beforeAll(async () => {
    netra = await startNetra();
    browser = await launchChromium(chromium ?? '');
    page = await browser.newPage();
    await page.goto(`${netra.url}/sign-up`);
    await page.getByLabel('Name').fill('Grace');
    await page.getByLabel('E-mail').fill('grace@example.com');
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.route('**/v1/ws/ticket', (route) => {
      if (refusedWith === undefined) return route.continue();
      const problem = problemOf(refusal(refusedWith), { publicUrl: netra.url, attemptId: 'att_test' });
      return route.fulfill({ status: problem.status, json: problem });
    });
    await page.routeWebSocket(/\/ws$/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((message) => {
        socket.send(message);
        const code = closedWith;
        if (code === undefined) return;
        const close = REASONS[code].close;
        if (close !== null) void socket.close({ code: close, reason: code });
      });
    });
  });

  afterAll(async () => {
    await browser.close();
    await netra.dispose();
  });

  it.each(closing)('by %s shows the true reason', async (code) => {
    closedWith = code;
    refusedWith = undefined;
    await page.reload();
    const banner = page.locator(`[aria-label=Connection][data-code=${code}]`);
    await banner.waitFor();
    expect(await banner.textContent()).toContain(REASONS[code].title);
  });

  it.each([
    'rate_limited',
    'connection_limit',
    'user_inactive',
    'origin_not_allowed',
    'auth_unavailable',
  ] as const)('refused as %s shows the true reason', async (code) => {
    closedWith = undefined;
    refusedWith = code;
    await page.reload();
    const banner = page.locator(`[aria-label=Connection][data-code=${code}]`);
    await banner.waitFor();
    expect(await banner.textContent()).toContain(REASONS[code].title);
  });
});
