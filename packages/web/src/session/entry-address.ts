/** What brings a person to the sign-in page with something to be told. */
export type EntryNews = 'password_changed' | 'address_confirmed';

/** Whither the link of a confirmation mail leads. */
export const confirmedPath = signInPath('address_confirmed');

/** The sign-in page, saying the news. */
export function signInPath(news: EntryNews): string {
  return `/sign-in?news=${news}`;
}

/** For a link between the pages before the chat: keeps where the person wanted to go, and nothing else. */
export function keepWantedPath(path: string, search: string = location.search): string {
  const next = new URLSearchParams(search).get('next');
  return next === null ? path : `${path}?next=${encodeURIComponent(next)}`;
}

/** Where the person wanted to go before signing in: only ever a chat or a room of the console of this page. */
export function wantedPath(search: string = location.search): string {
  const next = new URLSearchParams(search).get('next') ?? '';
  return isOfThisPage(next) ? next : '/';
}

const CHAT_PATTERN = /^\/chat\/[\w-]+$/;
const CONSOLE_PATTERN = /^\/console(?:\/[\w-]+)*(?:\?[\w=&.:%+~-]*)?$/;

function isOfThisPage(path: string): boolean {
  return CHAT_PATTERN.test(path) || CONSOLE_PATTERN.test(path);
}
