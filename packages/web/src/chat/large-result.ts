import type { NetraClient } from '@netra/client';
import { NetraError } from '@netra/client';
import type { ToolPart } from '@netra/protocol';

export type ResultRef = NonNullable<ToolPart['result_ref']>;

/** More than this makes the page slow, and nobody reads it here. */
const maxShownChars = 200_000;

/** Fetches a result that was too large to travel with its event, as indented JSON. Throws `NetraError`. */
export async function fetchLargeResult(
  client: Pick<NetraClient, 'request'>,
  { url }: Pick<ResultRef, 'url'>,
): Promise<string> {
  // The request carries the bearer token, so it goes to the API of our own server or nowhere.
  if (!url.startsWith('/v1/') || url.includes('..') || url.includes('\\')) {
    throw new NetraError('response_unreadable', {
      detail: 'The address of this result is not one of Netra.',
    });
  }
  const value = await client.request<unknown>({ path: url });
  return JSON.stringify(value, null, 2) ?? 'null';
}

/** The beginning of a long text, without half a character at its end. */
export function beginningOf(text: string, maxChars = maxShownChars): string {
  if (text.length <= maxChars) return text;
  const isInsidePair = /[\uD800-\uDBFF]/.test(text.charAt(maxChars - 1));
  return text.slice(0, isInsidePair ? maxChars - 1 : maxChars);
}
