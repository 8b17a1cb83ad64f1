import { type Agent, createGuide, type SelectedModel, selectModel } from '@netra/agent';
import type { GatewayProbes } from '@netra/gateway';
import { docsProbe } from './docs-probe.ts';
import { loadAgents } from './load-agents.ts';
import type { Startup } from './startup.ts';

export interface Agents {
  readonly model: SelectedModel;
  /** The one that answers by default comes first. */
  readonly names: readonly [string, ...string[]];
  /** The guide, once there is something to look at, and all others. */
  readonly create: (probes: GatewayProbes) => Agent[];
}

/** The agents of this installation: those of the given modules, then the guide. */
export async function composeAgents(
  { config, log }: Pick<Startup, 'config' | 'log'>,
  modulePaths: readonly string[],
): Promise<Agents> {
  const model = selectModel(config.model);
  const own = await loadAgents(modulePaths, model.model);
  const searchDocs = docsProbe();
  const ownNames = own.map(({ name }) => name);
  return {
    model,
    names: [ownNames[0] ?? GUIDE_NAME, ...ownNames.slice(1), ...(own.length > 0 ? [GUIDE_NAME] : [])],
    create: (probes) => [
      ...own,
      createGuide({
        probes: { ...probes, searchDocs },
        model: model.model,
        onToolFailure: (err, toolName) =>
          log.error({ err, tool_name: toolName }, 'a tool of the guide failed'),
      }),
    ],
  };
}

/** What createGuide calls its agent. */
const GUIDE_NAME = 'guide';
