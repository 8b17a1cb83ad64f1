/**
 * A text of a client as PostgreSQL can keep it, in `text` and in `jsonb`: without U+0000 and without half a
 * surrogate pair (both become U+FFFD), and at most `maxChars` UTF-16 code units.
 */
export function cleanText(text: string, maxChars: number): string {
  const cut = text.slice(0, maxChars);
  // A pair that the limit would split is left out as a whole.
  const isSplit =
    text.length > maxChars && /[\ud800-\udbff]$/.test(cut) && /^[\udc00-\udfff]/.test(text.slice(maxChars));
  return (isSplit ? cut.slice(0, -1) : cut).replace(/[\0\p{Surrogate}]/gu, '\ufffd');
}
