/** By code units: much faster than `\p{Surrogate}`, and whole pairs, which are fine, are rare. */
const SUSPICIOUS = /[\0\ud800-\udfff]/;

/** True when `cleanText` has nothing to do, and false for some texts where it finds nothing. */
export function isCleanText(text: string, maxChars: number): boolean {
  return text.length <= maxChars && !SUSPICIOUS.test(text);
}

/**
 * A text of a client as PostgreSQL can keep it, in `text` and in `jsonb`: without U+0000 and without half a
 * surrogate pair (both become U+FFFD), and at most `maxChars` UTF-16 code units.
 */
export function cleanText(text: string, maxChars: number): string {
  if (isCleanText(text, maxChars)) return text;
  const cut = text.slice(0, maxChars);
  // A pair that the limit would split is left out as a whole.
  const isSplit =
    text.length > maxChars && /[\ud800-\udbff]$/.test(cut) && /^[\udc00-\udfff]/.test(text.slice(maxChars));
  return (isSplit ? cut.slice(0, -1) : cut).replace(/[\0\p{Surrogate}]/gu, '\ufffd');
}
