import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the built web app, or undefined while it is not built. */
export function findWebRoot(): string | undefined {
  const index = new URL('./dist/index.html', import.meta.resolve('@netra/web/package.json'));
  return existsSync(index) ? fileURLToPath(new URL('.', index)) : undefined;
}
