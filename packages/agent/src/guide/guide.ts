import type { Agent } from '../agent.ts';
import type { ChatModel } from '../models/model.ts';
import type { GuideProbes } from './probes.ts';

export interface GuideOptions {
  readonly probes: GuideProbes;
  /** Default: the built-in model. */
  readonly model?: ChatModel;
}

/** The agent that is there from the start: it answers about this installation by looking at it. */
export function createGuide(_options: GuideOptions): Agent {
  throw new Error('in progress');
}
