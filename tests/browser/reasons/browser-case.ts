import type { Page } from 'playwright-core';
import type { BrowserRig } from './browser-rig.ts';

/** Makes a real gateway give a reason to a page of the web app in Chromium, and gives the page that must show it. */
export type BrowserCase = (rig: BrowserRig) => Promise<Page>;

/** Why no page of ours can be given this reason. */
export interface NotMet {
  readonly notMet: string;
}
