import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { selectModel } from '@netra/agent';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadAgents } from './load-agents.ts';

const { model } = selectModel({});
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netra-agents-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('loading agents', () => {
  it('loads the example of the project', async () => {
    const path = fileURLToPath(new URL('../../../../examples/agent.ts', import.meta.url));
    const agents = await loadAgents([path], model);
    expect(agents.map(({ name }) => name)).toEqual(['librarian']);
  });

  it('takes named and default exports, and arrays', async () => {
    const path = await module(`
      const agent = (name) => ({ name, run() {} });
      export const one = agent('one');
      export const more = [agent('two'), agent('three')];
      export const unrelated = 42;
      export default [one, agent('four')];
    `);
    const agents = await loadAgents([path], model);
    expect(new Set(agents.map(({ name }) => name))).toEqual(new Set(['one', 'two', 'three', 'four']));
    expect(agents).toHaveLength(4);
  });

  it('gives the configured model to an agent that names none', async () => {
    const path = await module(`
      const agent = (modelName) => ({ name: 'a', modelName, run() {}, withDefaultModel: (m) => agent(m.name) });
      export const a = agent('none');
    `);
    const [loaded] = await loadAgents([path], model);
    expect(loaded?.modelName).toBe(model.name);
  });

  it.each([
    ['holds no agent', 'export const x = 1;', 'exports no agent'],
    ['does not load', 'throw new Error("boom")', 'cannot be loaded'],
    [
      'takes the name of the guide',
      'export const g = { name: "guide", run() {} };',
      'Two agents are called "guide"',
    ],
  ])('refuses a module that %s', async (_what, source, message) => {
    const path = await module(source);
    await expect(loadAgents([path], model)).rejects.toMatchObject({
      code: 'agents_unreadable',
      message: expect.stringContaining(message),
    });
  });
});

async function module(source: string): Promise<string> {
  const path = join(folder, 'agents.mjs');
  await writeFile(path, source);
  return path;
}
