const maxAutomaticChars = 60;

/** A title for a thread from its first message: one line, cut at a word. */
export function titleFrom(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const chars = Array.from(line);
  if (chars.length <= maxAutomaticChars) return line;
  const cut = chars.slice(0, maxAutomaticChars).join('');
  const lastSpace = cut.lastIndexOf(' ');
  // A text without spaces near the end (a URL, Chinese) is cut where it is.
  return `${lastSpace > maxAutomaticChars / 2 ? cut.slice(0, lastSpace) : cut}…`;
}
