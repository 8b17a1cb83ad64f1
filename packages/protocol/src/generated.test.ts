import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonSchemaFiles } from './json-schema.ts';
import { reasonsPage } from './reasons-page.ts';

const MEND = 'run `npm run generate` and commit what it writes';

describe('generated files', () => {
  it.each([...jsonSchemaFiles()])('schema/%s.json is what the schemas say', (name, text) => {
    expect(readFileSync(new URL(`../schema/${name}.json`, import.meta.url), 'utf8'), MEND).toBe(text);
  });

  it('docs/reasons.md is what the table says', () => {
    expect(readFileSync(new URL('../../../docs/reasons.md', import.meta.url), 'utf8'), MEND).toBe(
      reasonsPage(),
    );
  });
});
