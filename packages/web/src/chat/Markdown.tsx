import { memo, useDeferredValue } from 'react';
import ReactMarkdown, { type Components, type ExtraProps } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from './CodeBlock.tsx';

type Element = NonNullable<ExtraProps['node']>;

const plugins = [remarkGfm];

/**
 * Text of an agent as Markdown. Raw HTML is shown as text, never run; links open elsewhere without a handle on this page;
 * images become links, because an image fetched on sight could carry what the agent read to a foreign server.
 */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const shownText = useDeferredValue(text);
  return (
    <div className="prose-netra">
      <ReactMarkdown remarkPlugins={plugins} components={components}>
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
    <section className="table-scroll" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </section>
  ),
  // The page's own heading is the title of the thread, so those of a message start one level below.
  h1: ({ children }) => <h2>{children}</h2>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  h4: ({ children }) => <h5>{children}</h5>,
  h5: ({ children }) => <h6>{children}</h6>,
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
