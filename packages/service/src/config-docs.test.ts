import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { configurationPage } from './config-docs.ts';

test('docs/configuration.md is what the table says ; scripts/generate-config-docs.ts writes it', async () => {
  const page = await readFile(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  expect(page).toBe(configurationPage());
});
