import { Option } from 'commander';

/** `--agents <file>`, for the commands that run a gateway. */
export function agentsOption(): Option {
  return new Option('-a, --agents <file...>', 'modules (.ts or .js) that export agents made by defineAgent');
}

export const AGENTS_HELP = `
Your own agents:
  A module given with --agents exports what defineAgent returns. An agent that names no model runs on the
  configured one. The first agent answers by default, and the guide stays available. The module must lie where
  it can import @netra/agent: inside this clone, say. Start from examples/agent.ts.`;
