import { memo, useDeferredValue } from 'react';
import ReactMarkdown, { type Components, type ExtraProps } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from './CodeBlock.tsx';
import { headingLevels } from './heading-levels.ts';

type Element = NonNullable<ExtraProps['node']>;

const remarkPlugins = [remarkGfm];
const rehypePlugins = [headingLevels];

/**
 * Text of an agent as Markdown. Raw HTML is shown as text, never run; links open elsewhere without a handle on this page;
 * images become links, because an image fetched on sight could carry what the agent read to a foreign server.
 */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const shownText = useDeferredValue(text);
  return (
    <div className="prose-netra">
      <ReactMarkdown remarkPlugins={remarkPlugins} rehypePlugins={rehypePlugins} components={components}>
        {shownText}
      </ReactMarkdown>
    </div>
  );
});

const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  img: ({ src, alt }) => (
    <a href={typeof src === 'string' ? src : undefined} target="_blank" rel="noopener noreferrer nofollow">
      {alt === undefined || alt === '' ? 'Image' : alt}
    </a>
  ),
  pre: ({ node }) => <CodeBlock {...codeOf(node)} />,
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <figure className="table-scroll" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </figure>
  ),
  // A table of names and values has no heads; empty ones would be read out as such.
  thead: ({ node, children }) =>
    textOf(node?.children ?? []).trim() === '' ? null : <thead>{children}</thead>,
  input: ({ checked }) => <span aria-hidden="true">{checked === true ? '☑ ' : '☐ '}</span>,
};

function codeOf(pre: Element | undefined): { code: string; language: string | undefined } {
  const code = pre?.children.find((child) => child.type === 'element');
  const classes = code?.properties.className;
  const named = Array.isArray(classes)
    ? classes.find((name) => String(name).startsWith('language-'))
    : undefined;
  return {
    code: textOf(code?.children ?? []).replace(/\n$/, ''),
    language: named === undefined ? undefined : String(named).slice('language-'.length),
  };
}

function textOf(nodes: Element['children']): string {
  return nodes
    .map((node) => (node.type === 'text' ? node.value : node.type === 'element' ? textOf(node.children) : ''))
    .join('');
}
