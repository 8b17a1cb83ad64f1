import { createDocsIndex, type DocsHit, type DocsIndex } from '@netra/agent';

/** Found from `src` and `dist` alike: both lie three levels below the folder that holds `docs`. */
const DOCS_FOLDER = new URL('../../../../docs/', import.meta.url);

/** The guide's search over the project's own documentation. The index is made at the first question. */
export function docsProbe(): (query: string) => Promise<readonly DocsHit[]> {
  let index: Promise<DocsIndex> | undefined;
  return async (query) => {
    index ??= createDocsIndex(DOCS_FOLDER);
    return (await index).search(query);
  };
}
