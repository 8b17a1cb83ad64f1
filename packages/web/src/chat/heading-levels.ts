import type { ExtraProps } from 'react-markdown';

type Element = NonNullable<ExtraProps['node']>;
type Tree = { children: (Element['children'][number] | { type: 'doctype' })[] };

/** The level under which a message's headings stand: that of the name of its author. */
const outerLevel = 2;

/**
 * A rehype plugin: fits the headings of a message into the outline of the page, without a gap between levels,
 * whatever levels the agent chose.
 */
export function headingLevels() {
  return (tree: Tree): void => {
    let level = outerLevel;
    for (const heading of headingsIn(tree)) {
      level = Math.min(outerLevel + Number(heading.tagName.slice(1)), level + 1, 6);
      heading.tagName = `h${level}`;
    }
  };
}

function headingsIn({ children }: Tree): Element[] {
  return children.flatMap((child) => {
    if (child.type !== 'element') return [];
    return /^h[1-6]$/.test(child.tagName) ? [child] : headingsIn(child);
  });
}
