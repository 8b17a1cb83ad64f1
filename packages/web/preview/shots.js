// Takes pictures of every scene (light, dark, narrow) and runs axe on each.
// npm run preview-states -w @netra/web -- [folder, by default in the system's temporary one] [scene…]
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const [folder = join(tmpdir(), 'netra-shots'), ...wanted] = process.argv.slice(2);
const built = fileURLToPath(new URL('../node_modules/.preview/', import.meta.url));
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const views = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  {
    name: 'narrow',
    colorScheme: 'light',
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  },
  {
    name: 'narrow-dark',
    colorScheme: 'dark',
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  },
];
const say = (line) => process.stdout.write(`${line}\n`);

/** What to do in a scene before the picture. */
const acts = {
  'sign-in-error': async (page) => {
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Password', { exact: true }).fill('something');
    await page.getByRole('button', { name: 'Sign in' }).click();
  },
  'sign-up-error': async (page) => {
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('E-mail').fill('ada@example');
    await page.getByLabel('Password', { exact: true }).fill('something');
    await page.getByRole('button', { name: 'Create account' }).click();
  },
  'large-result': (page) => acts['tool-open'](page),
  'large-result-loading': (page) => acts['large-result-shown'](page),
  'large-result-shown': async (page) => {
    await acts['tool-open'](page);
    await page.getByRole('button', { name: 'Show the result' }).click();
  },
  'large-result-error': (page) => acts['large-result-shown'](page),
  'tool-open': (page) => page.getByTestId('tool-card').first().getByRole('button').click(),
  'thinking-open': (page) => page.getByTestId('thinking').first().getByRole('button').click(),
  drawer: async (page) => {
    const opener = page.getByRole('button', { name: 'Open the list of chats' });
    if (await opener.isVisible()) await opener.click();
  },
  'theme-menu': async (page) => {
    await acts.drawer(page);
    await page.getByTestId('theme-toggle').locator('visible=true').last().click();
  },
  options: async (page) => {
    await acts.drawer(page);
    await page
      .getByRole('button', { name: /^Options for Who/ })
      .locator('visible=true')
      .last()
      .click();
  },
  renaming: async (page) => {
    await acts.options(page);
    await page.getByRole('menuitem', { name: 'Rename' }).click();
  },
  deleting: async (page) => {
    await acts.options(page);
    await page.getByRole('menuitem', { name: 'Delete' }).click();
  },
  'scrolled-up': (page) => page.getByRole('article').nth(4).scrollIntoViewIfNeeded(),
};
/** Acts that play in another scene than the one of their name. */
const scenesOfActs = {
  'large-result-loading': 'large-result',
  'tool-open': 'chat',
  'thinking-open': 'chat',
  drawer: 'chat',
  'theme-menu': 'chat',
  options: 'chat',
  renaming: 'chat',
  deleting: 'chat',
  'scrolled-up': 'long',
};
const scenes = [
  'sign-in',
  'sign-up',
  'link',
  'link-incomplete',
  'unreachable',
  'checking',
  'empty',
  'chat',
  'streaming',
  'writing',
  'thinking',
  'queued',
  'failed',
  'waiting',
  'refused',
  'connecting',
  'unknown',
  'sign-in-error',
  'sign-up-error',
  'nothing-here',
  'console-closed',
  'overview',
  'overview-well',
  'overview-new',
  'overview-stale',
  'overview-failed',
  'overview-loading',
  'attempts',
  'attempts-none',
  'attempts-filtered',
  'why',
  'why-unknown',
  'why-missing',
  'why-slow',
  'incidents',
  'incidents-none',
  'large-result',
  'large-result-shown',
  'large-result-error',
  ...Object.keys(scenesOfActs),
];

const server = createServer((request, response) => {
  const path = join(built, new URL(request.url, 'http://local').pathname);
  const file = existsSync(path) && extname(path) !== '' ? path : join(built, 'preview/index.html');
  response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
  createReadStream(file).pipe(response);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const origin = `http://127.0.0.1:${server.address().port}`;
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
let problems = 0;
for (const { name: viewName, ...options } of views) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  for (const scene of wanted.length === 0 ? scenes : wanted) {
    const page = await context.newPage();
    page.on('pageerror', (error) => say(`${scene} ${viewName}: ${error.message}`));
    await page.goto(`${origin}/preview/index.html?scene=${scenesOfActs[scene] ?? scene}`);
    await page.locator('#root > *').first().waitFor();
    try {
      await acts[scene]?.(page);
    } catch (error) {
      say(`${scene} ${viewName}: ${error.message.split('\n')[0]}`);
      problems += 1;
    }
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(200);
    await page.screenshot({ path: join(folder, `${scene}-${viewName}.png`) });
    await page.addScriptTag({ path: axe });
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const { id, nodes } of violations)
      say(
        `${scene} ${viewName}: ${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} (${failureSummary})`).join(' | ')}`,
      );
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) say(`${scene} ${viewName}: ${overflow} px too wide`);
    problems += violations.length + (overflow > 0 ? 1 : 0);
    await page.close();
  }
  await context.close();
}
await browser.close();
server.close();
say(`${problems} problems`);
process.exitCode = problems === 0 ? 0 : 1;
