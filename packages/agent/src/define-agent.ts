import type { Agent, OnInterrupt } from './agent.ts';
import { createBuiltInModel } from './models/built-in/built-in-model.ts';
import type { ChatModel } from './models/model.ts';
import type { Tool } from './tool.ts';
import { runToolLoop } from './tool-loop.ts';

export interface AgentOptions {
  /** How users and the API name it: lower-case letters, digits and `-`. */
  readonly name: string;
  readonly description: string;
  /** The system prompt. */
  readonly instructions: string;
  /** Default: the built-in model, which needs no key. */
  readonly model?: ChatModel;
  readonly tools?: readonly Tool[];
  /** Model calls per run. Default 8. */
  readonly maxSteps?: number;
  /** Default `fail`. */
  readonly onInterrupt?: OnInterrupt;
  /** Told what a tool threw, for logs: users and models only learn that it failed. */
  readonly onToolFailure?: (failure: unknown, toolName: string) => void;
}

const AGENT_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const DEFAULT_MAX_STEPS = 8;

/**
 * Makes an agent from instructions, a model and tools.
 *
 * @throws {TypeError} when the name is not usable, or two tools share one.
 */
export function defineAgent(options: AgentOptions): Agent {
  const {
    name,
    description,
    instructions,
    tools = [],
    maxSteps = DEFAULT_MAX_STEPS,
    onInterrupt = 'fail',
  } = options;
  if (!AGENT_NAME.test(name)) throw new TypeError(`An agent's name must match ${AGENT_NAME}: ${name}`);
  const twice = tools.find((tool, index) => tools.findIndex((other) => other.name === tool.name) !== index);
  if (twice) throw new TypeError(`Agent ${name} has two tools named ${twice.name}`);
  const model = options.model ?? createBuiltInModel();
  return {
    name,
    description,
    onInterrupt,
    withDefaultModel: (fallback) =>
      options.model ? defineAgent(options) : defineAgent({ ...options, model: fallback }),
    modelName: `${model.provider} ${model.name}`.trim(),
    run: (turn, signal) =>
      runToolLoop({
        model,
        instructions,
        tools,
        maxSteps,
        turn,
        signal,
        onToolFailure: options.onToolFailure,
      }),
  };
}
