import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, findChromium, launchChromium, takePicture } from '../kit/chromium.ts';
import { moodyAgentModule } from '../kit/moody-agent.ts';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';

const chromium = findChromium();
const GRACE = { name: 'Grace', email: 'grace@example.com', password: 'correct horse battery' };

describe.skipIf(chromium === undefined)('a person with an agent that lists a lot and fails', () => {
  let netra: NetraProcess;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    netra = await startNetra({ args: ['--agents', moodyAgentModule] });
    browser = await launchChromium(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) errors.push(message.text());
    });
  });

  afterAll(async () => {
    await browser.close();
    await netra.dispose();
  });

  it('is told that an address is malformed which the browser lets pass', async () => {
    await page.goto(`${netra.url}/sign-up`);
    await page.getByLabel('Name').fill(GRACE.name);
    await page.getByLabel('E-mail').fill('grace@example');
    await page.getByLabel('Password', { exact: true }).fill(GRACE.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('This is no e-mail address').waitFor();
    await page.getByLabel('E-mail').fill(GRACE.email);
    await page.getByRole('button', { name: 'Create account' }).click();
    await composer(page).waitFor();
  });

  it('shows a large result on demand, its beginning only, and gives the whole as a file', async () => {
    await send(page, 'List everything');
    const card = page.getByTestId('tool-card');
    await card.getByRole('button').first().click();
    await card.getByRole('button', { name: 'Show the result' }).click();
    await card.getByText(/^Only the first 200 kB/).waitFor();
    await expectAccessible(page);
    await takePicture(page, '10-large-result');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      card.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('list_all-result.json');
    const entries: unknown = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(entries).toHaveLength(9_000);
  });

  it('learns why an answer failed, also after a reload', async () => {
    await send(page, 'Please fail');
    const failed = page.locator('article[data-status=failed]');
    await failed.locator('[data-code=model_rate_limited]').waitFor();
    await page.reload();
    await failed.locator('[data-code=model_rate_limited]').waitFor();
    expect(await failed.innerText()).toContain('I began, but');
    await failed.getByRole('button', { name: 'Try again' }).waitFor();
    await expectAccessible(page);
    await takePicture(page, '11-failed-after-reload');
  });

  it('finds what was typed after another chat and after a reload, until it is sent', async () => {
    await composer(page).fill('Half a question');
    await page.getByRole('button', { name: 'New chat' }).first().click();
    expect(await composer(page).inputValue()).toBe('');
    await composer(page).fill('Something new');
    await page.getByRole('navigation', { name: 'Chats' }).getByRole('link').first().click();
    await expect.poll(() => composer(page).inputValue()).toBe('Half a question');
    await page.reload();
    expect(await composer(page).inputValue()).toBe('Half a question');
    await composer(page).press('Enter');
    await page.getByText('Half a question').waitFor();
    await page.reload();
    expect(await composer(page).inputValue()).toBe('');
  });

  it('leaves nothing typed behind when signing out', async () => {
    await composer(page).fill('A secret');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password', { exact: true }).waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it.each([
    ['/chat/thr_1/more', 'There is nothing here'],
    ['/sign-in/elsewhere', 'There is nothing here'],
  ])('finds a way back from %s', async (path, title) => {
    await page.goto(`${netra.url}${path}`);
    await page.getByRole('heading', { name: title }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Go to your chats' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('meets no error of the page on the way', () => {
    expect(errors).toEqual([]);
  });
});

function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Message' });
}

/** Sends, and waits until the answer has ended. */
async function send(page: Page, text: string): Promise<void> {
  const ended = page.locator('article[data-role=agent]:not([data-status=streaming])');
  const before = await ended.count();
  await composer(page).fill(text);
  await composer(page).press('Enter');
  await expect.poll(() => ended.count(), { timeout: 20_000 }).toBe(before + 1);
}
