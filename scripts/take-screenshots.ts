/** Takes the pictures of the docs from the running product: `npm run screenshots`. */
import { fileURLToPath } from 'node:url';
import { findChromium, launchChromium } from '../tests/kit/chromium.ts';
import { startNetra } from '../tests/kit/netra-process.ts';

const image = (name: string): string => fileURLToPath(new URL(`../docs/images/${name}.png`, import.meta.url));

const executable = findChromium();
if (executable === undefined) {
  console.error(
    'No Chromium was found. Install it (Debian: apt-get install chromium), or set CHROMIUM_PATH.',
  );
  process.exit(2);
}
const netra = await startNetra();
const browser = await launchChromium(executable);
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
  await page.screenshot({ path: image('chat') });
} finally {
  await browser.close();
  await netra.dispose();
}
