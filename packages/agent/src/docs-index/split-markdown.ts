/** A part of a document, from one heading to the next. */
export interface DocsSection {
  /** The document's first heading, or its path. */
  readonly title: string;
  readonly heading: string;
  readonly path: string;
  /** Plain text, without most of Markdown's signs. */
  readonly text: string;
}

/** Splits a Markdown document at its headings (`#` to `####`, not inside fenced code). */
export function splitMarkdown(markdown: string, path: string): DocsSection[] {
  const sections: { heading: string; lines: string[] }[] = [{ heading: '', lines: [] }];
  let isInFence = false;
  for (const line of markdown.replace(/<!--[\s\S]*?-->/g, '').split(/\r?\n/)) {
    if (/^\s*(```|~~~)/.test(line)) {
      isInFence = !isInFence;
      continue;
    }
    const heading = isInFence ? undefined : /^#{1,4}\s+(.+?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) sections.at(-1)?.lines.push(line);
    else sections.push({ heading: plain(heading), lines: [] });
  }
  const title = sections.find(({ heading }) => heading !== '')?.heading ?? path;
  return sections
    .map(({ heading, lines }) => ({ title, heading: heading || title, path, text: plain(lines.join('\n')) }))
    .filter(({ text }) => text !== '');
}

function plain(markdown: string): string {
  return markdown
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/^\s*\|?[\s:|-]+\|[\s:|-]*$/gm, '')
    .replace(/^\s*>+/gm, '')
    .replace(/[`*]+/g, '')
    .replace(/\|/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
