/** Writes what is generated from the contract: JSON Schema files and the docs' reference of reasons. */
import { mkdir, writeFile } from 'node:fs/promises';
import { jsonSchemaFiles } from '../packages/protocol/src/json-schema.ts';
import { reasonsPage } from '../packages/protocol/src/reasons-page.ts';

const root = new URL('../', import.meta.url);
const schemaFolder = new URL('packages/protocol/schema/', root);

await mkdir(schemaFolder, { recursive: true });
for (const [name, text] of jsonSchemaFiles()) {
  await writeFile(new URL(`${name}.json`, schemaFolder), text);
}
await writeFile(new URL('docs/reasons.md', root), reasonsPage());
