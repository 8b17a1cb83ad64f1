import type { Browser } from 'playwright-core';
import { startNetra } from '../../tests/kit/netra-process.ts';

/** A conversation with the guide, by somebody who has just signed up. */
export async function takeChat(browser: Browser, path: string): Promise<void> {
  const netra = await startNetra();
  try {
    const context = await browser.newContext({
      viewport: { width: 1200, height: 760 },
      deviceScaleFactor: 1.5,
    });
    const page = await context.newPage();
    await page.goto(`${netra.url}/sign-up`);
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Create account' }).click();
    const composer = page.getByRole('textbox', { name: 'Message' });
    for (const question of ['Is everything healthy?', 'Who am I?']) {
      await composer.fill(question);
      await composer.press('Enter');
      await page
        .locator('article[data-role=agent]')
        .last()
        .locator('[data-testid=tool-card]')
        .first()
        .waitFor();
      await page.locator('article[data-role=agent][data-status=complete]').last().waitFor();
      await page.getByText('Stop', { exact: true }).waitFor({ state: 'detached' });
    }
    await page.locator('[data-testid=tool-card]').last().getByRole('button').first().click();
    await page.locator('article[data-role=agent]').last().scrollIntoViewIfNeeded();
    await page.screenshot({ path });
  } finally {
    await netra.dispose();
  }
}
