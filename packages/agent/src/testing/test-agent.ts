import { z } from 'zod';
import type { Agent } from '../agent.ts';
import { defineAgent } from '../define-agent.ts';
import type { ChatModel } from '../models/model.ts';
import { defineTool, type Tool, type ToolOptions } from '../tool.ts';

/** A tool that doubles a number. */
export const double = defineTool({
  name: 'double',
  description: 'Doubles a number.',
  input: z.object({ n: z.number() }),
  purpose: ({ n }) => `Double ${n}`,
  execute: ({ n }) => ({ result: n * 2 }),
});

/** A tool named `probe` that does what the test says. */
export function toolThat(execute: ToolOptions<object>['execute'], timeoutMs = 5_000): Tool {
  return defineTool({
    name: 'probe',
    description: 'Does something.',
    input: z.object({}),
    timeoutMs,
    execute,
  });
}

/** An agent on a scripted model; its tool is `double` unless the test has others. */
export function agentOn(
  model: ChatModel,
  tools: readonly Tool[] = [double],
  more: { maxSteps?: number } = {},
): Agent {
  return defineAgent({
    name: 'test',
    description: 'A test.',
    instructions: 'Be brief.',
    model,
    tools,
    ...more,
  });
}
