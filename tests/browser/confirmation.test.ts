import { agentFromRun } from '@netra/agent';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkIn, type MailServer, startMailServer } from '../../packages/auth/src/testing/mail-server.ts';
import { type OidcServer, startOidcServer } from '../../packages/auth/src/testing/oidc-server.ts';
import { expectAccessible, findChromium, launchChromium, takePicture } from '../kit/chromium.ts';
import { type Stack, startStack } from '../kit/stack.ts';
import { webRoot } from '../kit/web-root.ts';

const chromium = findChromium();
const ADA = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };
const CORP_ADA = { sub: 'ada-1', email: 'ada@corp.example', email_verified: true, name: 'Ada of Corp' };
const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });

describe.skipIf(chromium === undefined)('a newcomer outside development', () => {
  let mails: MailServer;
  let oidc: OidcServer;
  let stack: Stack;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    mails = await startMailServer();
    stack = await startStack({
      agents: () => [silent],
      defaultAgent: 'silent',
      environment: 'staging',
      webRoot,
      async identity(publicUrl) {
        oidc = await startOidcServer(`${publicUrl}/auth/callback/corp`);
        const mail = { smtpUrl: mails.url, from: 'Netra <netra@example.com>' };
        return { mail, providers: [oidc.provider] };
      },
    });
    browser = await launchChromium(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 360, height: 900 }, colorScheme: 'dark' });
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
    await oidc.stop();
    await mails.stop();
  });

  it('signs up, is sent to the mail, and can have it sent again', async () => {
    await page.goto(`${stack.url}/sign-up`);
    await page.getByLabel('Name').fill(ADA.name);
    await page.getByLabel('E-mail').fill(ADA.email);
    await page.getByLabel('Password', { exact: true }).fill(ADA.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
    await mails.mailTo(ADA.email);
    await page.getByRole('button', { name: 'Send the mail again' }).click();
    await page.getByText('It is on its way.').waitFor();
    await mails.mailTo(ADA.email, 2);
    await expectAccessible(page);
    await takePicture(page, '17-confirm');
  });

  it('does not get in before, and does after following the link', async () => {
    await page.getByRole('link', { name: 'Sign in' }).click();
    await signIn(page);
    await page.getByText('Your e-mail address is not confirmed yet').waitFor();
    await page.getByRole('button', { name: 'Send the mail again' }).waitFor();
    await expectAccessible(page);
    await takePicture(page, '18-not-confirmed');
    await page.goto(linkIn(await mails.mailTo(ADA.email, 3)));
    await page.getByText('Your e-mail address is confirmed').waitFor();
    await signIn(page);
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
  });

  it('comes in by another service, and learns when that service refuses', async () => {
    await page.context().clearCookies();
    await page.goto(`${stack.url}/sign-in`);
    await page.getByRole('button', { name: 'Continue with Corp' }).waitFor();
    await expectAccessible(page);
    await takePicture(page, '19-providers');
    await page.route(`${new URL(oidc.provider.authorization_url).origin}/**`, async (route) => {
      const state = new URL(route.request().url()).searchParams.get('state');
      const location = `${stack.url}/auth/callback/corp?error=access_denied&state=${state}`;
      await route.fulfill({ status: 302, headers: { location } });
    });
    await page.getByRole('button', { name: 'Continue with Corp' }).click();
    await page.getByText('The other service did not let you in').waitFor();
    await page.unrouteAll();

    await rememberAtProvider(CORP_ADA);
    await page.getByRole('button', { name: 'Continue with Corp' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.getByText(CORP_ADA.name).first().waitFor({ state: 'attached' });
  });

  /** The provider lets in whoever signed in there last, so somebody does. */
  async function rememberAtProvider(person: typeof CORP_ADA): Promise<void> {
    const body = { provider: 'corp', callbackURL: '/', disableRedirect: true };
    const answer = await fetch(`${stack.url}/auth/sign-in/social`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: stack.url },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    // The answer of the identity library; a test of its own holds it.
    const { url } = (await answer.json()) as { url: string };
    await oidc.signIn(url, person);
  }
});

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill(ADA.email);
  await page.getByLabel('Password', { exact: true }).fill(ADA.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
