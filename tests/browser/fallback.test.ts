import { agentFromRun } from '@netra/agent';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BlockingProxy, startBlockingProxy, type UpgradeTreatment } from '../kit/blocking-proxy.ts';
import { findChromium, launchChromium } from '../kit/chromium.ts';
import { freePort } from '../kit/free-port.ts';
import { type PageRecord, recordOf, recordPages } from '../kit/page-record.ts';
import { type Stack, startStack } from '../kit/stack.ts';
import { webRoot } from '../kit/web-root.ts';

const chromium = findChromium();
/** What the page is meant to tell somebody whose proxy blocks WebSockets: that it connects, and nothing else. */
const CALM = ['', 'Connecting to the server'];
/** Does one of everything. */
const thorough = agentFromRun({
  name: 'thorough',
  description: 'Thinks, uses a tool and answers.',
  async *run() {
    const tool = { toolCallId: 'call_1', toolName: 'look' };
    yield { type: 'thinking', text: 'Let me look.' };
    yield { type: 'tool_executing', ...tool, arguments: {} };
    yield { type: 'tool_completed', ...tool, ok: true, result: 'something', durationMs: 1 };
    yield { type: 'message', delta: 'This is ' };
    yield { type: 'message', delta: 'what I found.' };
  },
});
const FIVE = ['thinking', 'tool_executing', 'tool_completed', 'message', 'completed'];
/** The issue: by itself, within 5 s. */
const WITHIN_MS = 5_000;
/** After 30 s a client looks whether WebSockets pass by now. */
const UNTIL_PROBE_MS = 31_000;
/** So long must one live to be believed. */
const UNTIL_BELIEVED_MS = 3_000;

// The page, its address and its sockets all go through the proxy, as those of a company's network do.
describe.skipIf(chromium === undefined)('behind a proxy that blocks WebSockets', () => {
  let stack: Stack;
  let proxy: BlockingProxy;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    const port = await freePort();
    proxy = await startBlockingProxy(`http://127.0.0.1:${port}`);
    const agents = { agents: () => [thorough], defaultAgent: 'thorough' };
    stack = await startStack({ ...agents, port, publicUrl: proxy.url, webRoot });
    browser = await launchChromium(chromium ?? '');
    context = await browser.newContext();
    await recordPages(context);
    const page = await context.newPage();
    await page.goto(`${proxy.url}/sign-up`);
    await page.getByLabel('Name').fill('Grace');
    await page.getByLabel('E-mail').fill('grace@example.com');
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.close();
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
    await proxy.stop();
  });

  async function openChat({ hasClock = false } = {}): Promise<Page> {
    const page = await context.newPage();
    if (hasClock) await page.clock.install();
    await page.goto(proxy.url);
    await page.locator('[aria-label=Connection][data-status=open]').waitFor({ state: 'attached' });
    return page;
  }

  it.each<UpgradeTreatment>([{ status: 403 }, { status: 426 }, 'swallow'])(
    '(%j) the chat works over requests and event streams, in order and without a word of alarm',
    async (treatment) => {
      proxy.treat(treatment);
      const page = await openChat();
      const frames = framesOf(page);
      const stream = page.waitForRequest((request) => request.url().endsWith('/events'));
      await ask(page);
      await stream;
      const { banner, answer } = await recordOf(page);
      expect(answer).toEqual(FIVE);
      expect(frames).toEqual([]);
      expect(openedAfterMs(banner)).toBeLessThan(WITHIN_MS);
      expect(banner.filter(({ text }) => !CALM.includes(text))).toEqual([]);
      await page.close();
    },
  );

  it('a chat goes on where sockets open and are cut', async () => {
    proxy.treat('cut');
    const page = await openChat();
    const stream = page.waitForRequest((request) => request.url().endsWith('/events'));
    await ask(page);
    await stream;
    const { banner, answer } = await recordOf(page);
    expect(answer).toEqual(FIVE);
    expect(openedAfterMs(banner)).toBeLessThan(WITHIN_MS);
    await page.close();
  });

  it('goes back to a WebSocket when one passes, and the chat goes on in it', async () => {
    proxy.treat({ status: 403 });
    const page = await openChat({ hasClock: true });
    await ask(page);
    proxy.treat('pass');
    const frames = framesOf(page);
    const hellos = () => frames.filter((text) => text.includes('connection_established')).length;
    await page.clock.fastForward(UNTIL_PROBE_MS);
    await expect.poll(hellos, { timeout: 20_000 }).toBe(1);
    await page.clock.fastForward(UNTIL_BELIEVED_MS);
    await expect.poll(hellos, { timeout: 20_000 }).toBe(2);
    await ask(page);
    expect(frames.some((text) => text.includes('agent_completed'))).toBe(true);
    expect(await page.getByRole('article').count()).toBe(4);
    const { banner } = await recordOf(page);
    expect(banner.filter(({ text }) => !CALM.includes(text))).toEqual([]);
    await page.close();
  });
});

/** What comes over WebSockets from here on. */
function framesOf(page: Page): string[] {
  const frames: string[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => frames.push(payload.toString()));
  });
  return frames;
}

async function ask(page: Page): Promise<void> {
  const answers = page.locator('article[data-role=agent]');
  const before = await answers.count();
  const composer = page.getByRole('textbox', { name: 'Message' });
  await composer.fill('Who am I?');
  await composer.press('Enter');
  await answers.and(page.locator('[data-status=complete]')).nth(before).waitFor();
}

/** From the first moment of connecting to the last opening. */
function openedAfterMs(banner: PageRecord['banner']): number {
  const openedAtMs = banner.findLast(({ status }) => status === 'open')?.atMs ?? Number.NaN;
  return openedAtMs - (banner.find(({ status }) => status === 'connecting')?.atMs ?? Number.NaN);
}
