import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, findChromium, launchChromium, takePicture } from '../kit/chromium.ts';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';
import { signUp } from '../kit/person.ts';
import { parseAnswer, rawUpgrade } from '../kit/raw-upgrade.ts';

const chromium = findChromium();

describe.skipIf(chromium === undefined)('an operator, in Chromium', () => {
  let netra: NetraProcess;
  let browser: Browser;
  let page: Page;
  let staleId: string | undefined;
  const errors: string[] = [];

  beforeAll(async () => {
    netra = await startNetra();
    browser = await launchChromium(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) errors.push(message.text());
    });
    await page.goto(netra.signInLink);
    await page.getByRole('button', { name: 'Continue to Netra' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
  });

  afterAll(async () => {
    await browser.close();
    await netra.dispose();
  });

  it('finds the console in the chat, and all is well there', async () => {
    await page.getByRole('link', { name: 'Console' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.getByText('Nobody was refused in the last hour.').waitFor();
    await page.locator('[aria-label=Health] [data-verdict=good]').first().waitFor();
    await expectAccessible(page);
    await takePicture(page, '20-console-well');
  });

  it('sees refusals come in by root cause, without a reload', async () => {
    staleId = await refusedTampered(netra.url);
    for (let count = 0; count < 2; count++) await refusedTampered(netra.url);
    await fetch(`${netra.url}/ws`);
    const row = page.getByRole('row', { name: /token_malformed/ });
    await row.waitFor({ timeout: 15_000 });
    await page.getByRole('row', { name: /upgrade_missing/ }).waitFor();
    await page.getByText('not looked at yet').first().waitFor({ state: 'detached' });
    await expectAccessible(page);
    await takePicture(page, '21-console-refusals');
  });

  it('is led from there to the whys, the path, the mend and the report', async () => {
    await page
      .getByRole('row', { name: /upgrade_missing/ })
      .getByRole('link')
      .click();
    await page.getByTestId('cause').waitFor();
    expect(page.url()).toContain('/console/attempts/att_');
    const whys = page.getByRole('region', { name: 'The whys' });
    expect(await whys.getByRole('listitem').count()).toBeGreaterThan(1);
    await page.getByRole('region', { name: 'The mend' }).waitFor();
    expect(await page.getByRole('region', { name: 'The path' }).locator('[data-state=failed]').count()).toBe(
      1,
    );
    await expectAccessible(page);
    await takePicture(page, '22-console-explanation');
    await page.getByRole('button', { name: 'Show the report' }).click();
    await page.getByTestId('report').getByRole('heading').first().waitFor();
    await expectAccessible(page);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toMatch(/^att_.*\.md$/);
  });

  it('narrows the attempts down by keyboard, in the address', async () => {
    await page.goto(`${netra.url}/console/attempts`);
    const table = page.getByRole('table', { name: 'Attempts' });
    await table.waitFor();
    const all = await table.getByRole('row').count();
    await page.getByLabel('Code').focus();
    await page.getByLabel('Code').selectOption('token_malformed');
    await expect.poll(() => page.url()).toContain('code=token_malformed');
    await expect.poll(() => table.getByRole('row').count()).toBeLessThan(all);
    expect(await table.getByText('upgrade_missing').count()).toBe(0);
    await expectAccessible(page);
    await takePicture(page, '23-console-attempts');
    await page.reload();
    await table.getByText('token_malformed').first().waitFor();
    await table.getByRole('link').first().focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('cause').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.goBack();
    await page.getByLabel('User').fill('usr_nobody');
    await page.keyboard.press('Enter');
    await page.getByText('No attempt fits these filters').waitFor();
    await page.getByRole('button', { name: 'Stop updating' }).click();
    await page.getByText('Paused').waitFor();
    await page.getByRole('link', { name: 'Clear' }).click();
    await table.getByText('upgrade_missing').first().waitFor();
    await page.getByLabel('Open by id').fill(staleId ?? '');
    await page.keyboard.press('Enter');
    await page.getByTestId('cause').waitFor();
    expect(page.url()).toContain(String(staleId));
  });

  it('goes back in time page by page, and to the newest again', async () => {
    for (let count = 0; count < 55; count++) await fetch(`${netra.url}/v1/threads`);
    await page.goto(`${netra.url}/console/attempts`);
    const table = page.getByRole('table', { name: 'Attempts' });
    await page.getByRole('link', { name: 'Older' }).click();
    await expect.poll(() => page.url()).toContain('before=');
    await table.getByText('token_malformed').first().waitFor();
    await page.getByText('Paused').waitFor();
    await page.getByRole('link', { name: 'Newest' }).click();
    await page.getByText('Live').waitFor();
    expect(page.url()).toBe(`${netra.url}/console/attempts`);
  });

  it('is told why what is shown is not renewed, and keeps it', async () => {
    await page.goto(`${netra.url}/console`);
    await page.getByRole('row', { name: /upgrade_missing/ }).waitFor();
    await page.route('**/v1/ops/**', (route) => route.abort());
    const updates = page.locator('[aria-label=Updates][data-code=server_unreachable]');
    await updates.waitFor({ timeout: 15_000 });
    expect(await updates.innerText()).toContain('The server cannot be reached');
    expect(await page.getByRole('row', { name: /upgrade_missing/ }).count()).toBe(1);
    await expectAccessible(page);
    await takePicture(page, '24-console-stale');
    await page.unroute('**/v1/ops/**');
    await page.getByRole('button', { name: 'Try now' }).click();
    await updates.waitFor({ state: 'detached' });
  });

  it('does the same on a telephone, in the dark', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 360, height: 740 });
    for (const [path, name] of [
      ['/console', '25-console-narrow'],
      ['/console/attempts', '26-attempts-narrow'],
      [`/console/attempts/${staleId}`, '27-explanation-narrow'],
      ['/console/incidents', '28-incidents-narrow'],
    ] as const) {
      await page.goto(`${netra.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('main [role=status]').waitFor({ state: 'detached' });
      await expectAccessible(page);
      await takePicture(page, name);
    }
  });

  it('opens a page that says what is missing to who may not look, and leads who is signed out back', async () => {
    const person = await signUp(netra.url, 'Bo');
    const stranger = await browser.newPage();
    await stranger.goto(`${netra.url}/console/attempts?code=token_malformed`);
    await stranger.getByLabel('E-mail').fill(person.email);
    await stranger.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await stranger.getByRole('button', { name: 'Sign in' }).click();
    await stranger.locator('[data-code=permission_missing]').waitFor();
    expect(stranger.url()).toContain('/console/attempts?code=token_malformed');
    await expectAccessible(stranger);
    await takePicture(stranger, '29-console-not-for-you');
    await stranger.getByRole('link', { name: 'Go to your chats' }).click();
    await stranger.getByRole('textbox', { name: 'Message' }).waitFor();
    expect(await stranger.getByRole('link', { name: 'Console' }).count()).toBe(0);
    await stranger.close();
  });

  it('meets no error of the page on the way', () => {
    expect(errors).toEqual([]);
  });
});

/** A handshake with a token that is none: gives the id of the attempt. */
async function refusedTampered(url: string): Promise<string> {
  const headers = { Authorization: 'Bearer not.a.token', 'Sec-WebSocket-Protocol': 'netra.v1' };
  const answer = parseAnswer(await rawUpgrade(url, headers));
  return answer.headers.get('netra-attempt-id') ?? '';
}
