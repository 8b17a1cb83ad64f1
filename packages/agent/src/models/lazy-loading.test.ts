import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('loads the AI SDK and its providers only when a language model is first used', async () => {
  const folder = new URL('../', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const eager: string[] = [];
  for (const file of files) {
    const source = await readFile(new URL(file, folder), 'utf8');
    // A type-only import is gone at run time.
    if (/^import (?!type )[^;]*? from '(ai|@ai-sdk\/[^']+)'/m.test(source)) eager.push(file);
  }

  expect(files.length).toBeGreaterThan(20);
  expect(eager).toEqual([]);
});
