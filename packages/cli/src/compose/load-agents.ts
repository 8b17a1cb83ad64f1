import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Agent } from '@netra/agent';
import { AppError } from '@netra/service';

/**
 * The agents that modules export: every export, named or default, that is an agent or an array of agents.
 * `.ts` files are read as they are. Paths are relative to the working directory.
 *
 * @throws {AppError} `agents_unreadable` when a module cannot be loaded, holds no agent, or repeats a name.
 */
export async function loadAgents(paths: readonly string[]): Promise<Agent[]> {
  const agents: Agent[] = [];
  for (const path of paths) agents.push(...(await loadModule(resolve(path))));
  const repeated = agents.find(
    ({ name }, index) => agents.findIndex((other) => other.name === name) !== index,
  );
  if (repeated !== undefined || agents.some(({ name }) => name === 'guide')) {
    const name = repeated?.name ?? 'guide';
    throw unreadable(`Two agents are called "${name}".`, 'Give each agent a name of its own.');
  }
  return agents;
}

async function loadModule(path: string): Promise<Agent[]> {
  if (/\.[cm]?ts$/.test(path)) await readTypeScript();
  const loaded: unknown = await import(pathToFileURL(path).href).catch((cause: unknown) => {
    throw unreadable(
      `The agents in ${path} cannot be loaded.`,
      'Mend the module, or the path after --agents.',
      cause,
    );
  });
  // A module namespace is an object of its exports.
  const agents = Object.values(loaded as object)
    .flat()
    .filter(isAgent);
  if (agents.length > 0) return [...new Set(agents)];
  throw unreadable(
    `${path} exports no agent.`,
    "Export what defineAgent returns: export const helper = defineAgent({ name: 'helper', … });",
  );
}

// Node 20 reads no TypeScript by itself, and loading tsx costs memory that most installations need not pay.
async function readTypeScript(): Promise<void> {
  const { register } = await import('tsx/esm/api');
  register();
}

function isAgent(value: unknown): value is Agent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'run' in value &&
    typeof value.run === 'function'
  );
}

function unreadable(message: string, fix: string, cause?: unknown): AppError {
  return new AppError('agents_unreadable', message, { fix, cause });
}
