import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, findChromium, launchChromium, takePicture } from '../kit/chromium.ts';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';
import { slowAgentModule } from '../kit/slow-agent.ts';

const chromium = findChromium();
const ADA = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'correct horse battery' };

// Where no Chromium is installed there is nothing to drive; CI sets NETRA_REQUIRE_ALL and fails instead.
describe.skipIf(chromium === undefined)('a newcomer, in Chromium', () => {
  let netra: NetraProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    netra = await startNetra();
    browser = await launchChromium(chromium ?? '');
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
    page = await context.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
  });

  afterAll(async () => {
    await browser.close();
    await netra.dispose();
  });

  it('signs up with e-mail and password', async () => {
    await page.goto(netra.url);
    await page.getByRole('link', { name: /create an account|sign up/i }).click();
    await expectAccessible(page);
    await takePicture(page, '1-sign-up');
    await page.getByLabel('Name').fill(ADA.name);
    await page.getByLabel('E-mail').fill(ADA.email);
    await page.getByLabel('Password', { exact: true }).fill(ADA.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await expectAccessible(page);
    await takePicture(page, '2-empty-chat');
  });

  it.each([
    { question: 'Who am I?', tool: 'who_am_i', answer: ADA.email },
    { question: 'Is everything healthy?', tool: 'service_status', answer: 'service_status' },
    { question: 'Why would a connection be refused?', tool: 'search_docs', answer: 'search_docs' },
  ])(
    'asks "$question" and sees the agent think, use $tool, and answer',
    async ({ question, tool, answer }) => {
      await ask(page, question);
      const article = lastAnswer(page);
      await article.getByTestId('thinking').first().waitFor();
      const card = article.locator(`[data-testid=tool-card][data-tool=${tool}]`).first();
      await card.waitFor();
      await expectStatus(article, 'complete');
      expect(await article.innerText()).toContain(answer);
      await card.getByRole('button').first().click();
      await card.getByText('Arguments', { exact: true }).waitFor();
      await card.getByText('Result', { exact: true }).waitFor();
      await expectAccessible(page);
      await takePicture(page, `3-${tool}`);
    },
  );

  it('finds everything again after a reload', async () => {
    const before = await articles(page);
    await page.reload();
    await lastAnswer(page).waitFor();
    await expect.poll(() => articles(page)).toEqual(before);
    expect(await page.getByTestId('tool-card').count()).toBeGreaterThanOrEqual(3);
  });

  it('sees the same in a second tab, live', async () => {
    const second = await context.newPage();
    await second.goto(page.url());
    await lastAnswer(second).waitFor();
    const count = await second.getByRole('article').count();
    await ask(page, 'Who am I?');
    await expect.poll(() => second.getByRole('article').count(), { timeout: 20_000 }).toBe(count + 2);
    await expectStatus(lastAnswer(second), 'complete');
    expect(await lastAnswer(second).innerText()).toContain(ADA.email);
    await second.close();
  });

  it('is told what happens when the server stops in the middle, and goes on by itself', async () => {
    await ask(page, 'Why would a connection be refused?');
    const article = lastAnswer(page);
    await article.getByTestId('tool-card').first().waitFor();
    await netra.stop();
    const banner = page.getByRole('status', { name: 'Connection' });
    await expect.poll(() => banner.innerText(), { timeout: 20_000 }).not.toBe('');
    await expectAccessible(page);
    await takePicture(page, '4-server-gone');
    expect(await banner.getAttribute('data-code')).not.toBe(null);

    const { dataDir, port } = netra;
    netra = await startNetra({ dataDir, port });
    await expectStatus(lastAnswer(page), 'complete');
    await expect.poll(() => banner.innerText(), { timeout: 20_000 }).toBe('');
    expect(await lastAnswer(page).innerText()).toContain('search_docs');
    await takePicture(page, '5-server-back');
  });

  it('looks finished in the dark and at 360 pixels', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await takePicture(page, '6-dark');
    await page.setViewportSize({ width: 360, height: 740 });
    await expectAccessible(page);
    await takePicture(page, '7-narrow-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await expectAccessible(page);
    await takePicture(page, '8-narrow-light');
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('signs out, and comes back with the password', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail').fill(ADA.email);
    await page.getByLabel('Password', { exact: true }).fill(ADA.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Chats' }).getByRole('link').first().click();
    await lastAnswer(page).waitFor();
  });

  it('comes in as the operator by the link, which then works no more', async () => {
    const other = await (await browser.newContext()).newPage();
    await other.goto(netra.signInLink);
    await expect.poll(() => other.url()).not.toContain('#');
    await other.getByRole('button', { name: 'Continue to Netra' }).click();
    await other.getByRole('textbox', { name: 'Message' }).waitFor();

    const late = await (await browser.newContext()).newPage();
    await late.goto(netra.signInLink);
    await late.getByRole('button', { name: 'Continue to Netra' }).click();
    await late.getByRole('alert').waitFor();
    await expectAccessible(late);
    await takePicture(late, '9-link-used');
  });

  it('meets no error of the page on the way', () => {
    expect(errors).toEqual([]);
  });
});

describe.skipIf(chromium === undefined)('a person who changes their mind', () => {
  it('stops an answer, keeps what was said, and goes on under 127.0.0.1 as well', async () => {
    const netra = await startNetra({ args: ['--agents', slowAgentModule] });
    const browser = await launchChromium(chromium ?? '');
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${netra.port}/sign-up`);
      await page.getByLabel('Name').fill('Grace');
      await page.getByLabel('E-mail').fill('grace@example.com');
      await page.getByLabel('Password', { exact: true }).fill(ADA.password);
      await page.getByRole('button', { name: 'Create account' }).click();
      await ask(page, 'Count, please');
      await lastAnswer(page).getByText('1 2 3', { exact: false }).waitFor();
      await page.getByRole('button', { name: 'Stop answering' }).click();
      await expectStatus(lastAnswer(page), 'cancelled');
      expect(await lastAnswer(page).innerText()).toContain('1 2 3');
      await page.getByRole('textbox', { name: 'Message' }).fill('And again');
    } finally {
      await browser.close();
      await netra.dispose();
    }
  });
});

async function ask(page: Page, text: string): Promise<void> {
  const answers = await page.locator('article[data-role=agent]').count();
  const composer = page.getByRole('textbox', { name: 'Message' });
  await composer.fill(text);
  await composer.press('Enter');
  await expect
    .poll(() => page.locator('article[data-role=agent]').count(), { timeout: 20_000 })
    .toBe(answers + 1);
}

function lastAnswer(page: Page): Locator {
  return page.locator('article[data-role=agent]').last();
}

async function expectStatus(article: Locator, status: string): Promise<void> {
  await expect.poll(() => article.getAttribute('data-status'), { timeout: 30_000 }).toBe(status);
}

function articles(page: Page): Promise<string[]> {
  return page
    .getByRole('article')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-role') ?? ''));
}
