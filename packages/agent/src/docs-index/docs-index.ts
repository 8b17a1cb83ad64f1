import type { DocsHit } from '../guide/probes.ts';

export interface DocsIndex {
  /** Best first. `limit` defaults to 5. */
  search(query: string, limit?: number): readonly DocsHit[];
}

/** Reads the project's Markdown (`docs/*.md` and the README beside it) into a search index. */
export function createDocsIndex(_docsDirectory: string | URL): Promise<DocsIndex> {
  throw new Error('in progress');
}
