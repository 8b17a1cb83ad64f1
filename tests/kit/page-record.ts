import type { BrowserContext, Page } from 'playwright-core';

/** Times are the page's own, in milliseconds since it was loaded. */
export interface PageRecord {
  /** Reasons that came: with an answer, a frame or a close. */
  readonly came: readonly { readonly code: string; readonly atMs: number }[];
  /** Reasons that the page showed, each time that one appeared. */
  readonly shown: readonly { readonly code: string; readonly text: string; readonly atMs: number }[];
  /** What the banner about the connection said and was, each time that it changed. */
  readonly banner: readonly { readonly status: string; readonly text: string; readonly atMs: number }[];
  /** What an answer showed, in the order of first appearance. */
  readonly answer: readonly string[];
}

/** What is put into the page: `sockets` for a test that wants to send what the client would not. */
interface Recorder {
  readonly record: { [Part in keyof PageRecord]: PageRecord[Part][number][] };
  readonly sockets: WebSocket[];
}

/** From now on each page of the context keeps a record from its first moment: a look now and then misses a flash. */
export async function recordPages(context: BrowserContext): Promise<void> {
  await context.addInitScript(startRecord);
}

export function recordOf(page: Page): Promise<PageRecord> {
  // Put there by `startRecord`.
  return page.evaluate(() => (globalThis as unknown as { netraRecorder: Recorder }).netraRecorder.record);
}

/** Sends these through the page's own socket, as a page does that has a fault. */
export function sendThroughPage(page: Page, texts: readonly string[]): Promise<void> {
  return page.evaluate((all) => {
    // Put there by `startRecord`.
    const { sockets } = (globalThis as unknown as { netraRecorder: Recorder }).netraRecorder;
    for (const text of all) sockets.at(-1)?.send(text);
  }, texts);
}

/** Runs in the page, so it can use nothing from outside itself. */
function startRecord(): void {
  const recorder: Recorder = { record: { came: [], shown: [], banner: [], answer: [] }, sockets: [] };
  Object.assign(globalThis, { netraRecorder: recorder });
  const { record, sockets } = recorder;
  // The test may turn the page's clock by hand; this one it leaves alone.
  const now = performance.now.bind(performance);
  const came = (code: unknown, atMs = now()) => {
    if (typeof code === 'string' && code !== '') record.came.push({ code, atMs });
  };

  const { fetch: send } = globalThis;
  globalThis.fetch = async (input, init) => {
    const response = await send(input, init);
    const atMs = now();
    if (!response.ok) {
      const copy = response.clone();
      copy.json().then(
        (problem: { code?: unknown }) => came(problem.code, atMs),
        () => undefined,
      );
    }
    return response;
  };

  globalThis.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
      this.addEventListener('close', ({ reason }) => came(reason));
      this.addEventListener('message', ({ data }: MessageEvent<string>) => {
        const frame: { type?: string; code?: string; data?: { code?: string } } = JSON.parse(data);
        if (frame.type === 'error') came(frame.code);
        if (frame.type === 'agent_failed') came(frame.data?.code);
      });
    }
  };

  let codes = new Map<string, string>();
  let lastBanner = '';
  function look(): void {
    const present = new Map(
      [...document.querySelectorAll<HTMLElement>('[data-code]')].map((element) => [
        element.dataset.code ?? '',
        element.textContent,
      ]),
    );
    for (const [code, text] of present) {
      if (codes.get(code) !== text) record.shown.push({ code, text, atMs: now() });
    }
    codes = present;
    const banner = document.querySelector<HTMLElement>('[aria-label=Connection]');
    const status = banner?.dataset.status ?? '';
    const text = banner?.textContent ?? '';
    if (banner !== null && lastBanner !== `${status} ${text}`) {
      lastBanner = `${status} ${text}`;
      record.banner.push({ status, text, atMs: now() });
    }
    lookAtAnswer();
  }
  function lookAtAnswer(): void {
    const answer = [...document.querySelectorAll<HTMLElement>('article[data-role=agent]')].at(-1);
    if (answer === undefined) return;
    const card = answer.querySelector<HTMLElement>('[data-testid=tool-card]');
    const parts: Record<string, boolean> = {
      thinking: answer.querySelector('[data-testid=thinking]') !== null,
      tool_executing: card !== null,
      tool_completed: card?.dataset.status === 'done',
      message: (answer.querySelector('.prose-netra')?.textContent ?? '') !== '',
      completed: answer.dataset.status === 'complete',
    };
    for (const [part, isThere] of Object.entries(parts))
      if (isThere && !record.answer.includes(part)) record.answer.push(part);
  }
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
  });
}
