import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import MiniSearch from 'minisearch';
import type { DocsHit } from '../guide/probes.ts';
import { type DocsSection, splitMarkdown } from './split-markdown.ts';

export interface DocsIndex {
  /** Best first. `limit` defaults to 5. */
  search(query: string, limit?: number): readonly DocsHit[];
}

/**
 * Reads the project's Markdown (the folder with its subfolders, and the README beside it) into a search index.
 * A folder that does not exist is an empty index.
 */
export async function createDocsIndex(docsDirectory: string | URL): Promise<DocsIndex> {
  const directory = resolve(typeof docsDirectory === 'string' ? docsDirectory : fileURLToPath(docsDirectory));
  const root = resolve(directory, '..');
  const files = [join(root, 'README.md'), ...(await markdownFiles(directory))];
  const sections: DocsSection[] = [];
  for (const file of files) {
    const markdown = await readFile(file, 'utf8').catch(() => '');
    sections.push(...splitMarkdown(markdown, relative(root, file).replaceAll('\\', '/')));
  }
  return indexOf(sections);
}

async function markdownFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  return names
    .filter((name) => name.endsWith('.md') && !basename(name).startsWith('.'))
    .sort()
    .map((name) => join(directory, name));
}

const STOP_WORDS = new Set(
  `a about am an and any are as at be been by can could did do does for from had has have how i if in into is it its
  me my of on or our should so that the their there these this to us use using was we were what when where which who
  why will with would you your tell explain please mean means`.split(/\s+/),
);

/** A hit this far behind the best one is noise. */
const MIN_SCORE_SHARE = 0.2;

/** Share of the query's words that a section must know, so that one stray word is no answer. */
const MIN_MATCHED = 0.4;

function indexOf(sections: readonly DocsSection[]): DocsIndex {
  const index = new MiniSearch<DocsSection & { id: number }>({
    fields: ['heading', 'title', 'text'],
    processTerm: (term) => {
      const word = term.toLowerCase();
      return word.length < 2 || STOP_WORDS.has(word) ? null : stem(word);
    },
    searchOptions: {
      boost: { heading: 3, title: 2 },
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 5 ? 0.2 : false),
    },
  });
  index.addAll(sections.map((section, id) => ({ id, ...section })));
  return {
    search(query, limit = 5) {
      const hits = index.search(query);
      const wanted = countTerms(query, (word) => !STOP_WORDS.has(word));
      return hits
        .filter(({ queryTerms }) => new Set(queryTerms).size >= wanted * MIN_MATCHED)
        .filter(({ score }, _index, kept) => score >= (kept[0]?.score ?? 0) * MIN_SCORE_SHARE)
        .slice(0, limit)
        .flatMap(({ id, score, terms }) => {
          const section = sections[Number(id)];
          if (!section) return [];
          const { title, heading, path, text } = section;
          return [
            { title, heading, path, excerpt: excerptOf(text, terms), score: Math.round(score * 100) / 100 },
          ];
        });
    },
  };
}

function countTerms(query: string, isTerm: (word: string) => boolean): number {
  const words = query.toLowerCase().split(/[^\p{L}\p{N}_]+/u);
  return new Set(words.filter((word) => word.length > 1 && isTerm(word)).map(stem)).size;
}

/** Plurals and a few endings, so that "connections" finds "connection". */
function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?:ies)$/, 'y').replace(/(?<=[^s])s$/, '') : word;
}

const EXCERPT_CHARS = 280;

/** The text around the first word that matched, cut at words. */
function excerptOf(text: string, terms: readonly string[]): string {
  if (text.length <= EXCERPT_CHARS) return text;
  const lower = text.toLowerCase();
  const found = terms.map((term) => lower.indexOf(term)).filter((at) => at >= 0);
  const first = found.length > 0 ? Math.min(...found) : 0;
  const from = first < EXCERPT_CHARS / 2 ? 0 : lower.lastIndexOf(' ', first - 60) + 1;
  const end = text.lastIndexOf(' ', from + EXCERPT_CHARS);
  const to = end > from ? end : from + EXCERPT_CHARS;
  return `${from > 0 ? '… ' : ''}${text.slice(from, to)}${to < text.length ? ' …' : ''}`;
}
