import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { preload } from '../lab/preload.ts';

/** Where the release that is deployed differs: this variable has its name on the way of REST only. */
const DEFECT = {
  file: '/admission/ladder.',
  before: "url: request.url ?? '/'",
  after: "url: incoming.url ?? '/'",
};

/** Incident 1: a release that reads a variable which only one of two ways defines. */
export const codeDefect: Drill = {
  name: 'code_defect',
  injected: 'A release of the gateway reads a variable that is not defined on the way of the WebSocket',
  expected: 'code_defect',
  incident: 1,
  outside: { check: 'proxy_upgrade', rootCause: 'code_defect' },
  async stack(lab) {
    const stack = await lab.start();
    stack.gateway().signal('SIGTERM');
    await stack.gateway().exited;
    const loader = pathToFileURL(join(stack.dataDir, 'loader.mjs'));
    await writeFile(loader, loaderSource());
    const register = `import { register } from 'node:module';\nregister(${JSON.stringify(loader.href)});\n`;
    const NODE_OPTIONS = await preload(stack.dataDir, register);
    await (await stack.startGateway({ ...stack.gatewayEnv, NODE_OPTIONS })).ready;
    return stack;
  },
  run: (stack) => knockWithToken(stack.url, stack.takeUser().token),
};

/** Changes the one line as it is loaded, as a bad merge would have; the files of the installation stay as they are. */
function loaderSource(): string {
  return `
const defect = ${JSON.stringify(DEFECT)};
export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (!url.includes(defect.file) || loaded.source === undefined || loaded.source === null) return loaded;
  const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
  return { ...loaded, source: source.replace(defect.before, defect.after) };
}
`;
}
