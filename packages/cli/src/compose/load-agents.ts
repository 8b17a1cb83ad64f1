import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Agent, ChatModel } from '@netra/agent';
import { AppError } from '@netra/service';

/**
 * The agents that modules export: every export, named or default, that is an agent or an array of agents. An agent
 * that names no model of its own gets `model`. `.ts` files are read as they are; paths are relative to the working
 * directory.
 *
 * @throws {AppError} `agents_unreadable` when a module cannot be loaded, holds no agent, or a name is taken.
 */
export async function loadAgents(paths: readonly string[], model: ChatModel): Promise<Agent[]> {
  const agents: Agent[] = [];
  for (const path of paths) agents.push(...(await loadModule(resolve(path))));
  const names = ['guide', ...agents.map(({ name }) => name)];
  const taken = names.find((name, index) => names.indexOf(name) !== index);
  if (taken === undefined) return agents.map((agent) => agent.withDefaultModel?.(model) ?? agent);
  throw unreadable(`Two agents are called "${taken}".`, 'Give each agent a name of its own.');
}

async function loadModule(path: string): Promise<Agent[]> {
  const exported = await readExports(path).catch((cause: unknown) => {
    throw unreadable(
      `The agents in ${path} cannot be loaded.`,
      'Mend the module, or the path after --agents.',
      cause,
    );
  });
  const agents = exported.flat().filter(isAgent);
  if (agents.length > 0) return [...new Set(agents)];
  throw unreadable(
    `${path} exports no agent.`,
    "Export what defineAgent returns: export const helper = defineAgent({ name: 'helper', … });",
  );
}

async function readExports(path: string): Promise<unknown[]> {
  if (/\.[cm]?ts$/.test(path)) await readTypeScript();
  const exports: Record<string, unknown> = await import(pathToFileURL(path).href);
  return Object.values(exports);
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
