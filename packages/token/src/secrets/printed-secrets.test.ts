import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { secretFault } from './secret-fault.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
/** What documents tell people to set, or hand to a library as a secret. */
const PRINTED = /(?:SECRET|KEY)\w*\s*[=:,]\s*["'`]?([A-Za-z0-9+/_=-]{32,})/g;

const documents = readdirSync(root, { withFileTypes: true }).flatMap((entry) => {
  if (entry.isFile()) return /\.(md|env|example)$/.test(entry.name) ? [entry.name] : [];
  if (entry.name !== 'docs' && entry.name !== 'examples') return [];
  return readdirSync(`${root}${entry.name}`, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(md|ts|js|py|json|ya?ml|env|example)$/.test(path) && !path.includes('node_modules'))
    .map((path) => `${entry.name}/${path}`);
});

test.each(documents)('every secret that %s prints is refused', (path) => {
  const printed = [...readFileSync(`${root}${path}`, 'utf8').matchAll(PRINTED)].flatMap(
    ([, value]) => value ?? [],
  );
  expect(printed.filter((value) => secretFault(Buffer.from(value)) === undefined)).toEqual([]);
});
