import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const IGNORED = new Set(['node_modules', 'dist', '.git', '.netra', 'coverage']);

export interface SourceFile {
  /** Path from the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly isTest: boolean;
  /** Name of the package that owns it, such as `gateway`; undefined outside of packages. */
  readonly packageName: string | undefined;
}

/** Every TypeScript file of the repository that people wrote. */
export function sourceFiles(): SourceFile[] {
  return walk(root)
    .filter((path) => /\.(ts|tsx)$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => ({
      path,
      text: readFileSync(join(root, path), 'utf8'),
      isTest: /\.test\.tsx?$/.test(path) || path.includes('/testing/') || path.startsWith('tests/'),
      packageName: /^packages\/([^/]+)\/src\//.exec(path)?.[1],
    }));
}

/** What a file imports, static and dynamic, types included. */
export function importsOf({ text }: SourceFile): string[] {
  const pattern = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].flatMap((match) => match[1] ?? []);
}

/** The parsed package.json of a package. */
export function manifestOf(packageName: string): {
  dependencies?: Record<string, string>;
  [field: string]: unknown;
} {
  return JSON.parse(readFileSync(join(root, 'packages', packageName, 'package.json'), 'utf8'));
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (IGNORED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [relative(root, path).replaceAll('\\', '/')];
  });
}
