import type { Agent, OnInterrupt } from './agent.ts';
import type { ChatModel } from './models/model.ts';
import type { Tool } from './tool.ts';

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
}

/** Makes an agent from instructions, a model and tools. */
export function defineAgent(_options: AgentOptions): Agent {
  throw new Error('in progress');
}
