import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const picturesFolder = fileURLToPath(new URL('../../test-results/browser/', import.meta.url));

/** The system's Chromium; undefined where there is none. `NETRA_REQUIRE_ALL` makes its absence a failure. */
export function findChromium(): string | undefined {
  const found = [process.env.CHROMIUM_PATH ?? '', ...CANDIDATES].find(
    (path) => path !== '' && existsSync(path),
  );
  if (found === undefined && process.env.NETRA_REQUIRE_ALL === '1') {
    throw new Error(
      'No Chromium was found. Install it (Debian: apt-get install chromium), or set CHROMIUM_PATH.',
    );
  }
  return found;
}

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      // Only in tests: Chromium's sandbox cannot run as root.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A picture of the page in `test-results/browser`, for people to look at. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const path = `${picturesFolder}${name}.png`;
  await mkdir(dirname(path), { recursive: true });
  await page.screenshot({ path });
}

/** No violation of accessibility rules that a program can find, and nothing that sticks out of the window. */
export async function expectAccessible(page: Page): Promise<void> {
  // Colours in the middle of a transition are nobody's colours; it starts with the next frame.
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
  // evaluate() does not go through the page's content security policy, a script tag would.
  await page.evaluate(readFileSync(axePath, 'utf8'));
  const violations = await page.evaluate(async () => {
    // axe puts itself there; it has no types in the page.
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: AxeViolation[] }> } };
    return (await axe.run()).violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)}: ${failureSummary}`),
    }));
  });
  expect(violations).toEqual([]);
  const overflow = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    // A frame that hides what sticks out can still be scrolled by a script or by focus, and then shows a gap.
    const frames = [...document.querySelectorAll('.h-dvh')];
    const bottom = frames.reduce((most, frame) => Math.max(most, frame.scrollHeight - frame.clientHeight), 0);
    return { right: scrollWidth - clientWidth, bottom };
  });
  expect(overflow).toEqual({ right: 0, bottom: 0 });
}

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}
