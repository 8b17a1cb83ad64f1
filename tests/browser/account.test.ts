import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { totpCode } from '../../packages/auth/src/testing/totp.ts';
import { expectAccessible, findChromium, launchChromium, takePicture } from '../kit/chromium.ts';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';
import { poll } from '../kit/poll.ts';

const chromium = findChromium();
const ADA = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'correct horse battery' };
const NEW_PASSWORD = 'another horse, another battery';

describe.skipIf(chromium === undefined)('a person who forgot the password', () => {
  let netra: NetraProcess;
  let browser: Browser;
  let page: Page;
  let link = '';
  const errors: string[] = [];

  beforeAll(async () => {
    netra = await startNetra();
    browser = await launchChromium(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) errors.push(message.text());
    });
    await page.goto(`${netra.url}/sign-up`);
    await page.getByLabel('Name').fill(ADA.name);
    await page.getByLabel('E-mail').fill(ADA.email);
    await page.getByLabel('Password', { exact: true }).fill(ADA.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.context().clearCookies();
    await page.goto(`${netra.url}/sign-in`);
  });

  afterAll(async () => {
    await browser.close();
    await netra.dispose();
  });

  it('asks for a link, and is told the same whether there is an account or not', async () => {
    await page.getByRole('link', { name: 'Forgot your password?' }).waitFor();
    await expectAccessible(page);
    await takePicture(page, '12-sign-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    for (const email of ['nobody@example.com', ADA.email]) {
      await page.getByLabel('E-mail').fill(email);
      await page.getByRole('button', { name: 'Send me a link' }).click();
      await page.getByText(`If there is an account for ${email}, a link is on its way.`).waitFor();
    }
    await expectAccessible(page);
    await takePicture(page, '13-check-your-mail');
    link = await poll(() => /http\S+\/reset-password#\S+/.exec(netra.output())?.[0], {
      deadlineMs: 10_000,
      what: () => `the mail to be shown; it printed:\n${netra.output()}`,
    });
  });

  it('chooses a new password by the link, whose token leaves the address bar at once', async () => {
    const served = await page.goto(link);
    expect(served?.status()).toBe(200);
    await expect.poll(() => page.url()).toBe(`${netra.url}/reset-password`);
    await choosePassword(page, 'password1');
    await page.getByText('This password is too easy to guess').waitFor();
    await expectAccessible(page);
    await takePicture(page, '14-new-password');
    await choosePassword(page, NEW_PASSWORD);
    await page.getByText('Your password is changed').waitFor();
    await expectAccessible(page);
    await signIn(page, ADA.password);
    await page.getByText('The e-mail or the password is wrong').waitFor();
    await signIn(page, NEW_PASSWORD);
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
  });

  it('is told that a link works once, and where to get another', async () => {
    await page.goto(link);
    await choosePassword(page, ADA.password);
    await page.getByText('This link has expired or was used before').waitFor();
    await expectAccessible(page);
    await takePicture(page, '15-reset-link-used');
    await page.getByRole('link', { name: 'Ask for a new link' }).click();
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor();
    await page.goto(`${netra.url}/reset-password`);
    await page.getByRole('heading', { name: 'This link is not complete' }).waitFor();
    await expectAccessible(page);
  });

  it('signs in with a second factor: a code of the app, or a recovery code', async () => {
    const { uri, recoveryCode } = await enrol(page);
    const enterBy = async (label: string, code: string) => {
      await page.context().clearCookies();
      await page.goto(`${netra.url}/sign-in`);
      await signIn(page, NEW_PASSWORD);
      await page.getByRole('heading', { name: 'One more step' }).waitFor();
      if (label === 'Recovery code') await page.getByRole('button', { name: 'Use a recovery code' }).click();
      await expectAccessible(page);
      await takePicture(page, `16-second-factor-${label === 'Code' ? 'app' : 'recovery'}`);
      await page.getByLabel(label, { exact: true }).fill('000000');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText(/code is wrong or was used before/).waitFor();
      await expectAccessible(page);
      await page.getByLabel(label, { exact: true }).fill(code);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('textbox', { name: 'Message' }).waitFor();
    };
    await enterBy('Recovery code', recoveryCode);
    // The code of the next half minute, because the one of now has confirmed the set-up.
    await enterBy('Code', totpCode(uri, Date.now() + 30_000));
  });

  it('reads in words why another service did not sign them in', async () => {
    await page.context().clearCookies();
    await page.goto(`${netra.url}/sign-in?error=account_not_linked`);
    await page.getByText('There is already an account with this e-mail').waitFor();
    await expectAccessible(page);
  });

  it('meets no error of the page on the way', () => {
    expect(errors).toEqual([]);
  });
});

async function choosePassword(page: Page, password: string): Promise<void> {
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Change password' }).click();
}

async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(ADA.email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Sets up a second factor for who is signed in; there is no page for it yet. */
async function enrol(page: Page): Promise<{ uri: string; recoveryCode: string }> {
  await page.goto(new URL('/', page.url()).href);
  const post = async (path: string, data: object): Promise<unknown> => {
    const headers = { origin: new URL(page.url()).origin };
    const answer = await page.request.post(new URL(path, page.url()).href, { data, headers });
    expect(answer.status()).toBe(200);
    return answer.json();
  };
  // The answer of the identity library; a test of its own holds it.
  const { totpURI: uri, backupCodes } = (await post('/auth/two-factor/enable', {
    password: NEW_PASSWORD,
  })) as { totpURI: string; backupCodes: string[] };
  await post('/auth/two-factor/verify-totp', { code: totpCode(uri) });
  return { uri, recoveryCode: backupCodes[0] ?? '' };
}
