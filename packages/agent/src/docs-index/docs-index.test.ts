import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocsIndex, type DocsIndex } from './docs-index.ts';
import { splitMarkdown } from './split-markdown.ts';

const FILES: Readonly<Record<string, string>> = {
  'README.md': '# The project\n\nRun it with one command.\n',
  'docs/tokens.md': `# Tokens

Intro about access tokens.

## Renewing a token

${'Some words about nothing in particular. '.repeat(20)} The client renews a credential sixty seconds before expiry. ${'More words follow here. '.repeat(20)}

\`\`\`sh
# not a heading: curl the connection
\`\`\`

## Keys

See [the keys](keys.md), which **rotate**.
`,
  'docs/deploy/proxies.md': '# Proxies\n\n## nginx\n\nPass the upgrade header on.\n',
  'docs/notes.txt': 'nginx nginx nginx',
};

let root: string;
let index: DocsIndex;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'docs-index-'));
  await mkdir(join(root, 'docs/deploy'), { recursive: true });
  for (const [path, text] of Object.entries(FILES)) await writeFile(join(root, path), text);
  index = await createDocsIndex(join(root, 'docs'));
});

afterAll(() => rm(root, { recursive: true }));

describe('the docs index', () => {
  it('finds the section whose heading says it, with its document and path', () => {
    expect(index.search('how do I renew my token?')[0]).toMatchObject({
      title: 'Tokens',
      heading: 'Renewing a token',
      path: 'docs/tokens.md',
      score: expect.any(Number),
    });
  });

  it('cuts the excerpt around the words that were found', () => {
    const [hit] = index.search('seconds before expiry');

    expect(hit?.excerpt).toContain('sixty seconds before expiry');
    expect(hit?.excerpt.length).toBeLessThan(320);
  });

  it('reads subfolders and the README, and nothing but Markdown', () => {
    expect(index.search('nginx').map(({ path }) => path)).toEqual(['docs/deploy/proxies.md']);
    expect(index.search('one command').map(({ path }) => path)).toEqual(['README.md']);
  });

  it('forgives a slip in a long word', () => {
    expect(index.search('renweing')[0]?.heading).toBe('Renewing a token');
  });

  it('finds nothing for words that are not there, or say nothing', () => {
    expect(index.search('the weather in Paris')).toEqual([]);
    expect(index.search('how do I?')).toEqual([]);
    expect(index.search('')).toEqual([]);
  });

  it('does not take one stray word of a long question for an answer', () => {
    expect(index.search('which particular restaurants serve breakfast downtown')).toEqual([]);
  });

  it('keeps to the limit', () => {
    expect(index.search('token', 1)).toHaveLength(1);
  });

  it('is empty for a folder that does not exist', async () => {
    const missing = await createDocsIndex(join(root, 'docs', 'deploy', 'missing'));
    expect(missing.search('token')).toEqual([]);
  });
});

describe('splitMarkdown', () => {
  it('splits at headings, but not inside fenced code, and takes the signs away', () => {
    const sections = splitMarkdown(FILES['docs/tokens.md'] ?? '', 'docs/tokens.md');

    expect(sections.map(({ heading }) => heading)).toEqual(['Tokens', 'Renewing a token', 'Keys']);
    expect(sections[1]?.text).toContain('curl the connection');
    expect(sections[2]?.text).toBe('See the keys, which rotate.');
  });

  it('gives a document without a heading its path as title', () => {
    expect(splitMarkdown('Just text.', 'docs/x.md')).toEqual([
      { title: 'docs/x.md', heading: 'docs/x.md', path: 'docs/x.md', text: 'Just text.' },
    ]);
  });
});
