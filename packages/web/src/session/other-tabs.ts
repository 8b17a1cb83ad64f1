import type { OtherTabs, TabNews } from './session.ts';

/** Talks to the other tabs of this origin in this browser; they all share one session cookie. */
export function createOtherTabs(): OtherTabs {
  const channel = new BroadcastChannel('netra-session');
  return {
    tell: (news) => channel.postMessage(news),
    listen: (listener) =>
      channel.addEventListener('message', ({ data }: MessageEvent<TabNews>) => listener(data)),
  };
}
