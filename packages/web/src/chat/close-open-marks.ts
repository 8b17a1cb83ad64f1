/**
 * Text that is still being written, with the emphasis or code that it has begun in its last paragraph closed, so that
 * the marks do not show as such until their other half arrives. Inside a code block everything is literal.
 */
export function closeOpenMarks(text: string): string {
  if (countOf(/^ {0,3}```/gm, text) % 2 === 1) return text;
  const paragraph = text.slice(text.lastIndexOf('\n\n') + 1);
  if (countOf(/`/g, paragraph) % 2 === 1) return text.endsWith('`') ? text.slice(0, -1) : `${text}\``;
  if (countOf(/\*\*/g, paragraph) % 2 === 0) return text;
  return text.endsWith('**') ? text.slice(0, -2) : `${text.trimEnd()}**`;
}

function countOf(pattern: RegExp, text: string): number {
  return text.match(pattern)?.length ?? 0;
}
