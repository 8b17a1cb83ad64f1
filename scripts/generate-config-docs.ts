import { writeFile } from 'node:fs/promises';
import { configurationPage } from '../packages/service/src/config-docs.ts';

// node --conditions=netra-source --import tsx scripts/generate-config-docs.ts
await writeFile(new URL('../docs/configuration.md', import.meta.url), configurationPage());
