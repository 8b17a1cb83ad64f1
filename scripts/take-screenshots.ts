/** Takes the pictures of the docs from the running product: `npm run screenshots`, or with `chat` or `console` only those. */
import { fileURLToPath } from 'node:url';
import { findChromium, launchChromium } from '../tests/kit/chromium.ts';
import { takeChat } from './screenshots/take-chat.ts';
import { takeConsole } from './screenshots/take-console.ts';

const image = (name: string): string => fileURLToPath(new URL(`../docs/images/${name}.png`, import.meta.url));

const [wanted] = process.argv.slice(2);
const executable = findChromium();
if (executable === undefined) {
  console.error(
    'No Chromium was found. Install it (Debian: apt-get install chromium), or set CHROMIUM_PATH.',
  );
  process.exit(2);
}
const browser = await launchChromium(executable);
try {
  if (wanted !== 'console') await takeChat(browser, image('chat'));
  if (wanted !== 'chat')
    await takeConsole(browser, { overview: image('console'), explanation: image('console-why') });
} finally {
  await browser.close();
}
