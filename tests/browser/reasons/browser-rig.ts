import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../kit/chromium.ts';
import { type MeddlingProxy, startMeddlingProxy } from '../../kit/meddling-proxy.ts';
import { recordPages } from '../../kit/page-record.ts';
import { type Stack, type StackOptions, startStack } from '../../kit/stack.ts';
import { webRoot } from '../../kit/web-root.ts';
import { type ReasonRig, startReasonRig } from '../../system/reasons/reason-rig.ts';
import { createScriptedAgent } from '../../system/reasons/scripted-agent.ts';

const PASSWORD = 'a long pass phrase';

interface PageOptions {
  /** Default: the stack that all cases share. */
  readonly stack?: Stack;
  readonly path?: string;
  /** Instead of the token that the auth service gives to the page. */
  readonly token?: () => string;
  /** What lies between the page and the gateway, for its WebSockets only. */
  readonly proxy?: MeddlingProxy;
  /** Before it is loaded. */
  readonly prepare?: (page: Page) => Promise<unknown>;
  /** Default: until it is connected. */
  readonly isRefused?: boolean;
}

/** A browser, and the installation of the cases in Node, which serves the web app here. */
export interface BrowserRig extends ReasonRig {
  /** Somebody who is signed in, the same for all cases that do the user no harm; and how to open pages as them. */
  guest(): Promise<Visitor>;
  /** Somebody new. */
  visitor(stack?: Stack): Promise<Visitor>;
  proxy(stack?: Stack): Promise<MeddlingProxy>;
  /** An installation that a case may break; it ends with the case. */
  ownStack(options?: Partial<StackOptions>): Promise<Stack>;
  /** Ends what the case opened. */
  endCase(): Promise<void>;
}

interface Visitor {
  readonly userId: string;
  readonly context: BrowserContext;
  open(options?: PageOptions): Promise<Page>;
}

export async function startBrowserRig(executablePath: string): Promise<BrowserRig> {
  const rig = await startReasonRig({ webRoot });
  const browser = await launchChromium(executablePath);
  const ends: (() => Promise<unknown>)[] = [];
  let guest: Promise<Visitor> | undefined;
  return {
    ...rig,
    async guest() {
      guest ??= signIn(browser, rig.stack);
      const visitor = await guest;
      ends.push(() => closePages(visitor));
      return visitor;
    },
    async visitor(stack = rig.stack) {
      const visitor = await signIn(browser, stack);
      ends.push(async () => {
        await closePages(visitor);
        await visitor.context.close();
      });
      return visitor;
    },
    async proxy(stack = rig.stack) {
      const proxy = await startMeddlingProxy(stack.url);
      ends.push(() => proxy.stop());
      return proxy;
    },
    async ownStack(options = {}) {
      const agents = { agents: () => [createScriptedAgent()], defaultAgent: 'scripted' };
      const stack = await startStack({ ...agents, webRoot, ...options });
      ends.push(() => stack.stop());
      return stack;
    },
    async endCase() {
      for (const end of ends.splice(0).reverse()) await end();
    },
    async stop() {
      await browser.close();
      await rig.stop();
    },
  };
}

async function closePages({ context }: Visitor): Promise<void> {
  for (const page of context.pages()) {
    // An answer that is on its way would be one of a page that is gone.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.close();
  }
}

let visitors = 0;

async function signIn(browser: Browser, stack: Stack): Promise<Visitor> {
  visitors += 1;
  const email = `visitor-${process.pid}-${visitors}@example.com`;
  const { userId } = await stack.auth.createUser({ email, password: PASSWORD, name: 'Grace' });
  // A socket through the proxy has another port than the page, which the page's own policy forbids.
  const context = await browser.newContext({ bypassCSP: true });
  await recordPages(context);
  const answer = await context.request.post(`${stack.url}/auth/sign-in/email`, {
    data: { email, password: PASSWORD },
    headers: { origin: stack.url },
  });
  if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}: ${await answer.text()}`);
  return {
    userId,
    context,
    async open({ path = '/', token, proxy, prepare, isRefused = false } = {}) {
      const page = await context.newPage();
      if (token !== undefined) await changeAnswer(page, '**/auth/token', () => ({ access_token: token() }));
      if (proxy !== undefined) {
        await changeAnswer(page, '**/v1/ws/ticket', () => ({ ws_url: `ws://${proxy.host}/ws` }));
      }
      await prepare?.(page);
      await page.goto(`${stack.url}${path}`);
      const banner = page.locator('[aria-label=Connection][data-status=open]');
      if (!isRefused) await banner.waitFor({ state: 'attached' });
      return page;
    },
  };
}

/** The real answer, but for some fields of it. */
function changeAnswer(page: Page, path: string, fields: () => object): Promise<unknown> {
  return page.route(path, async (route) => {
    const response = await route.fetch();
    const body = response.ok() ? { ...(await response.json()), ...fields() } : await response.json();
    await route.fulfill({ response, json: body });
  });
}

/** Asks the agent of the cases for something by the page's own form. */
export async function ask(page: Page, text: string): Promise<Page> {
  const composer = page.getByRole('textbox', { name: 'Message' });
  await composer.fill(text);
  await composer.press('Enter');
  return page;
}
