import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { secretMismatch } from '../../packages/cli/src/drill/drills/secret-mismatch.ts';
import type { DrillStack } from '../../packages/cli/src/drill/lab/drill-stack.ts';
import { knockWithToken } from '../../packages/cli/src/drill/lab/knock.ts';
import { type Lab, openLab } from '../../packages/cli/src/drill/lab/lab.ts';
import { openSocket } from '../../packages/cli/src/drill/lab/open-socket.ts';
import { oneSecret, ownToken } from '../../packages/cli/src/drill/stacks/one-secret.ts';
import { meetFailure } from '../../tests/kit/meet-failure.ts';
import { openAsOperator } from '../../tests/kit/operator-page.ts';

const LOOK = { viewport: { width: 1280, height: 840 }, deviceScaleFactor: 1.5 } as const;
/** The overview draws minutes: a picture of a single one would show little. */
const ORDINARY_MS = 4 * 60_000;
const TROUBLED_MS = 70_000;

/** The overview of a staging environment whose test users are not there, and why two services disagree about a secret. */
export async function takeConsole(
  browser: Browser,
  paths: { overview: string; explanation: string },
): Promise<void> {
  const lab = await openLab(process.env);
  try {
    await takeOverview(browser, lab, paths.overview);
    await takeExplanation(browser, lab, paths.explanation);
  } finally {
    await lab.close();
  }
}

async function takeOverview(browser: Browser, lab: Lab, path: string): Promise<void> {
  const stack = await lab.stackOf(oneSecret);
  await makeTraffic(stack);
  const page = await openAsOperator(browser, stack, LOOK);
  await page.goto(`${stack.url}/console`);
  await page.getByRole('row', { name: /user_unknown/ }).waitFor();
  await page.getByRole('region', { name: 'Open incidents' }).waitFor();
  await page.screenshot({ path });
  await lab.dispose(oneSecret);
}

async function takeExplanation(browser: Browser, lab: Lab, path: string): Promise<void> {
  const stack = await lab.stackOf(secretMismatch.stack);
  const attemptId = await meetFailure(secretMismatch, stack);
  for (let more = 0; more < 2; more++) await meetFailure(secretMismatch, stack);
  const page = await openAsOperator(browser, stack, LOOK);
  await page.goto(`${stack.url}/console/attempts/${attemptId}`);
  await page.getByTestId('cause').waitFor();
  await page.getByText('All that was recorded').waitFor();
  await page.screenshot({ path });
}

/** People come and go; then tests begin, for users whom nobody seeded. */
async function makeTraffic(stack: DrillStack): Promise<void> {
  const people = Array.from({ length: 12 }, () => stack.takeUser());
  const startedAtMs = Date.now();
  for (let count = 0; Date.now() - startedAtMs < ORDINARY_MS + TROUBLED_MS; count++) {
    const person = people[count % people.length];
    if (person === undefined) return;
    const { socket } = await openSocket(stack.url, person.token);
    if (count % 9 !== 0) socket.close();
    if (count === 40) await knockWithToken(stack.url, expiredToken(stack, person.userId));
    const isTroubled = Date.now() - startedAtMs > ORDINARY_MS;
    if (isTroubled) await knockWithToken(stack.url, ownToken(stack, `staging-e2e-user-07${count % 6}`));
    await pause(1_500 + 700 * (count % 3));
  }
}

function expiredToken(stack: DrillStack, userId: string): string {
  const nowS = Math.floor(Date.now() / 1_000);
  return ownToken(stack, userId, { claims: { iat: nowS - 4_200, exp: nowS - 3_600 } });
}
