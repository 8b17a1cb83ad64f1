import type { NetraClient } from '@netra/client';
import { NetraError } from '@netra/client';
import type { ToolPart } from '@netra/protocol';

export type ResultRef = NonNullable<ToolPart['result_ref']>;

/** More than this makes the page slow, and nobody reads it here. */
const maxShownChars = 200_000;

/**
 * Fetches a result that was too large to travel with its event, as indented JSON. Throws `NetraError`.
 * `baseUrl`: what the client sends its requests to; default the page's origin, as the client's.
 */
export async function fetchLargeResult(
  client: Pick<NetraClient, 'request'>,
  { url }: Pick<ResultRef, 'url'>,
  baseUrl = location.origin,
): Promise<string> {
  const path = pathIn(baseUrl, url);
  if (path === undefined) {
    throw new NetraError('response_unreadable', {
      detail: 'The address of this result is not one of Netra.',
    });
  }
  const value = await client.request<unknown>({ path });
  return JSON.stringify(value, null, 2) ?? 'null';
}

/** The request carries the bearer token, so it goes to the API of our own server or nowhere. */
function pathIn(baseUrl: string, url: string): string | undefined {
  if (url.includes('..') || url.includes('\\') || !URL.canParse(url, baseUrl)) return undefined;
  const [base, address] = [new URL(baseUrl), new URL(url, baseUrl)];
  const isOurs = originOf(address) === originOf(base) && address.username === '';
  return isOurs && address.pathname.startsWith('/v1/') ? address.pathname : undefined;
}

/** In development the page may be opened as 127.0.0.1 while addresses are built on localhost. */
function originOf({ protocol, hostname, port }: URL): string {
  const isLoopback = ['127.0.0.1', '[::1]'].includes(hostname);
  return `${protocol}//${isLoopback ? 'localhost' : hostname}:${port}`;
}

/** The beginning of a long text, without half a character at its end. */
export function beginningOf(text: string, maxChars = maxShownChars): string {
  if (text.length <= maxChars) return text;
  const isInsidePair = /[\uD800-\uDBFF]/.test(text.charAt(maxChars - 1));
  return text.slice(0, isInsidePair ? maxChars - 1 : maxChars);
}
