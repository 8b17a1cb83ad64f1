import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Agent, ChatModel } from '@netra/agent';
import { AppError } from '@netra/service';

/** What an agent module is given when its default export is a function. */
export interface AgentModuleInput {
  /** The model that the settings choose, or the built-in one. */
  readonly model: ChatModel;
}

/**
 * The agents that modules export: every export, named or default, that is an agent or an array of agents, and what a
 * default export that is a function returns. `.ts` files are read as they are; paths are relative to the working
 * directory.
 *
 * @throws {AppError} `agents_unreadable` when a module cannot be loaded, holds no agent, or a name is taken.
 */
export async function loadAgents(paths: readonly string[], input: AgentModuleInput): Promise<Agent[]> {
  const agents: Agent[] = [];
  for (const path of paths) agents.push(...(await loadModule(resolve(path), input)));
  const names = ['guide', ...agents.map(({ name }) => name)];
  const taken = names.find((name, index) => names.indexOf(name) !== index);
  if (taken === undefined) return agents;
  throw unreadable(`Two agents are called "${taken}".`, 'Give each agent a name of its own.');
}

async function loadModule(path: string, input: AgentModuleInput): Promise<Agent[]> {
  const exported = await readExports(path, input).catch((cause: unknown) => {
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
    "Export what defineAgent returns: export default defineAgent({ name: 'helper', … });",
  );
}

async function readExports(path: string, input: AgentModuleInput): Promise<unknown[]> {
  if (/\.[cm]?ts$/.test(path)) await readTypeScript();
  const exports: Record<string, unknown> = await import(pathToFileURL(path).href);
  const { default: main } = exports;
  return [...Object.values(exports), typeof main === 'function' ? await main(input) : undefined];
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
