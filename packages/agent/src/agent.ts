import type { AgentRunCode } from './agent-error.ts';
import type { ChatModel } from './models/model.ts';

/** The user a turn runs for, as the verified identity says. */
export interface TurnUser {
  readonly userId: string;
  readonly email?: string;
  readonly name?: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

/** One message of the conversation so far, as plain text. */
export interface TurnMessage {
  readonly role: 'user' | 'agent';
  readonly text: string;
}

/** All that an agent knows about the run it is asked to do. */
export interface Turn {
  readonly threadId: string;
  readonly runId: string;
  readonly user: TurnUser;
  /** Oldest first; the last one is the user's new message. */
  readonly messages: readonly TurnMessage[];
  /** Takes (and so removes) the messages that the user sent to steer this run since the last call. */
  takeSteering(): readonly string[];
}

/** Why a tool did not succeed. `detail` is shown to the user and to the model: no secrets, no stack. */
export interface ToolFailure {
  readonly code: Extract<AgentRunCode, 'tool_failed'>;
  readonly detail: string;
}

/** What an agent tells while it runs, in order. The terminal event is the caller's to write. */
export type AgentEvent =
  | { readonly type: 'thinking'; readonly text: string; readonly step?: number }
  | {
      readonly type: 'tool_executing';
      readonly toolCallId: string;
      readonly toolName: string;
      /** An object, as the model wrote it; what was no object is under `input`. */
      readonly arguments: Record<string, unknown>;
      readonly purpose?: string;
    }
  | {
      readonly type: 'tool_completed';
      readonly toolCallId: string;
      readonly toolName: string;
      readonly ok: boolean;
      readonly result?: unknown;
      readonly error?: ToolFailure;
      readonly durationMs: number;
    }
  /** A piece of the answer. `reset` discards what the answer had so far. */
  | { readonly type: 'message'; readonly delta: string; readonly reset?: boolean }
  /** Sum over all model calls of the run so far; each one replaces the one before. */
  | { readonly type: 'usage'; readonly inputTokens: number; readonly outputTokens: number };

/**
 * What happens to a run whose process died: `fail` ends it, `restart` does it again from the start.
 * Choose `restart` only when doing it twice does no harm.
 */
export type OnInterrupt = 'fail' | 'restart';

export interface Agent {
  readonly name: string;
  readonly description: string;
  readonly onInterrupt: OnInterrupt;
  /** What answers, for `agent_started` and the start banner, e.g. `OpenAI gpt-5-mini`. */
  readonly modelName: string;
  /**
   * Does one turn. Ends early and without an event when `signal` aborts.
   *
   * @throws {AgentError} when the run cannot be finished; anything else thrown is a defect of the agent.
   */
  run(turn: Turn, signal: AbortSignal): AsyncIterable<AgentEvent>;
  /**
   * The same agent on the given model, if it chose none itself: how an installation's model reaches
   * the agents that were written without one. Absent where an agent has no model to choose.
   */
  withDefaultModel?(model: ChatModel): Agent;
}

export interface AgentFromRunOptions {
  readonly name: string;
  readonly description: string;
  readonly run: (turn: Turn, signal: AbortSignal) => AsyncIterable<AgentEvent>;
  /** Default: the agent's name. */
  readonly modelName?: string;
  /** Default `fail`. */
  readonly onInterrupt?: OnInterrupt;
}

/** Makes an agent from a generator of events: the form for agents that bring their own loop. */
export function agentFromRun(options: AgentFromRunOptions): Agent {
  const { name, description, run, modelName = name, onInterrupt = 'fail' } = options;
  return { name, description, onInterrupt, modelName, run };
}
