import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Drill } from '../../packages/cli/src/drill/drill.ts';
import { authDown } from '../../packages/cli/src/drill/drills/auth-down.ts';
import { authSlow } from '../../packages/cli/src/drill/drills/auth-slow.ts';
import { codeDefect } from '../../packages/cli/src/drill/drills/code-defect.ts';
import { e2eUserNotSeeded } from '../../packages/cli/src/drill/drills/e2e-user-not-seeded.ts';
import { secretMismatch } from '../../packages/cli/src/drill/drills/secret-mismatch.ts';
import { type Lab, openLab } from '../../packages/cli/src/drill/lab/lab.ts';
import { expectAccessible, findChromium, launchChromium, takePicture } from '../kit/chromium.ts';
import { meetFailure } from '../kit/meet-failure.ts';
import { openAsOperator } from '../kit/operator-page.ts';

const chromium = findChromium();
const INCIDENTS: readonly Drill[] = [codeDefect, authSlow, authDown, e2eUserNotSeeded, secretMismatch];
const MAX_CLICKS = 3;

/** Each incident is injected from outside into running services and met by a real client, as in `netra drill`. */
describe.skipIf(chromium === undefined)('an operator, in Chromium', () => {
  let lab: Lab;
  let browser: Browser;

  beforeAll(async () => {
    lab = await openLab(process.env);
    browser = await launchChromium(chromium ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await lab?.close();
  });

  it.each(INCIDENTS)(
    'gets from the overview to the root cause of incident $incident, $expected',
    async (drill) => {
      const stack = await lab.stackOf(drill.stack);
      try {
        await meetFailure(drill, stack);
        const page = await openAsOperator(browser, stack);
        await page.goto(`${stack.url}/console`);
        const clicks = await reachRootCause(page, `incident-${drill.incident}`);
        expect(clicks).toBeLessThanOrEqual(MAX_CLICKS);
        expect(await page.getByTestId('cause').getAttribute('data-root-cause')).toBe(drill.expected);
        expect(await page.getByRole('region', { name: 'The whys' }).getByText('Why').count()).toBeGreaterThan(
          2,
        );
        await page.getByRole('region', { name: 'The mend' }).waitFor();
        await expectAccessible(page);
        await takePicture(page, `incident-${drill.incident}-${drill.expected}`);
        await inTheDark(page, `incident-${drill.incident}-narrow-dark`);
        await page.context().close();
      } finally {
        await drill.repair?.(stack);
        await lab.dispose(drill.stack);
      }
    },
  );
});

/**
 * From the overview by what is refused most, as somebody does who does not know what is wrong, once it was looked at.
 * Gives how many clicks it took.
 */
async function reachRootCause(page: Page, name: string): Promise<number> {
  const rows = page.getByRole('region', { name: 'Refused, by root cause' }).getByRole('row');
  const row = rows.getByRole('link').first();
  await row.waitFor({ timeout: 20_000 });
  await rows.filter({ hasText: 'not looked at yet' }).first().waitFor({ state: 'detached' });
  await takePicture(page, `${name}-overview`);
  await row.click();
  await page.getByTestId('cause').waitFor({ timeout: 15_000 });
  return 1;
}

async function inTheDark(page: Page, name: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 360, height: 740 });
  await expectAccessible(page);
  await takePicture(page, name);
}
