import type { AgentEvent, Turn } from './agent.ts';
import { AgentError } from './agent-error.ts';
import type { ChatModel, ModelFinish, ModelMessage, ModelToolCall, ModelToolResult } from './models/model.ts';
import { type FinishedCall, startToolCall, type ToolRunContext } from './run-tool.ts';

export interface ToolLoopOptions extends ToolRunContext {
  readonly model: ChatModel;
  readonly instructions: string;
  readonly maxSteps: number;
}

/** What the loop remembers between steps. */
interface LoopState {
  readonly messages: ModelMessage[];
  inputTokens: number;
  outputTokens: number;
  hasText: boolean;
}

interface StepOutcome {
  readonly text: string;
  readonly toolCalls: readonly ModelToolCall[];
  readonly finish: ModelFinish;
}

/**
 * Model step, tools, model step, …, until the model wants no more tools and nobody steers.
 *
 * ```
 *   steering ─┐
 *   messages ─┴► model.stream ─► thinking, text ─► tool calls? ── no ──► done
 *                     ▲                                 │ yes
 *                     └──── results ◄── all at once ◄───┘
 * ```
 */
export async function* runToolLoop(options: ToolLoopOptions): AsyncGenerator<AgentEvent> {
  const { turn, signal, maxSteps } = options;
  const state: LoopState = { messages: history(turn), inputTokens: 0, outputTokens: 0, hasText: false };
  for (let step = 1; !signal.aborted; step += 1) {
    takeSteering(turn, state);
    const outcome = yield* runStep(options, state, step);
    if (outcome === undefined) return;
    yield { type: 'usage', inputTokens: state.inputTokens, outputTokens: state.outputTokens };
    throwUnlessFinished(outcome.finish, options.model);
    const { text, toolCalls, finish } = outcome;
    state.messages.push({ role: 'assistant', text, toolCalls, native: finish.native });
    const isDone = toolCalls.length === 0 && !takeSteering(turn, state);
    if (isDone) return;
    if (step >= maxSteps) {
      throw new AgentError('step_limit', {
        detail: `The agent wanted to go on after ${maxSteps} model calls, its limit for one message.`,
        retryable: false,
      });
    }
    if (toolCalls.length > 0) yield* runTools(toolCalls, options, state);
  }
}

function history(turn: Turn): ModelMessage[] {
  // A run that failed early left an empty message, and some providers refuse those.
  return turn.messages
    .filter(({ text }) => text.trim() !== '')
    .map(({ role, text }) => (role === 'user' ? { role, text } : { role: 'assistant', text, toolCalls: [] }));
}

function takeSteering(turn: Turn, state: LoopState): boolean {
  const texts = turn.takeSteering();
  for (const text of texts) state.messages.push({ role: 'user', text });
  return texts.length > 0;
}

/** One model call. Undefined when it was aborted. */
async function* runStep(
  options: ToolLoopOptions,
  state: LoopState,
  step: number,
): AsyncGenerator<AgentEvent, StepOutcome | undefined> {
  const { model, instructions, tools, signal } = options;
  const hadText = state.hasText;
  const toolCalls: ModelToolCall[] = [];
  let text = '';
  try {
    // A copy: an adapter may keep what it was given while the loop goes on writing.
    for await (const part of model.stream({ instructions, messages: [...state.messages], tools }, signal)) {
      if (signal.aborted) return undefined;
      if (part.type === 'thinking') yield { type: 'thinking', text: part.text, step };
      else if (part.type === 'tool_call') toolCalls.push(part);
      else if (part.type === 'text' && part.text !== '') {
        // Texts of two steps are two paragraphs of one answer.
        yield { type: 'message', delta: text === '' && hadText ? `\n\n${part.text}` : part.text };
        text += part.text;
        state.hasText = true;
      } else if (part.type === 'finish') {
        state.inputTokens += part.inputTokens;
        state.outputTokens += part.outputTokens;
        return { text, toolCalls, finish: part };
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (signal.aborted) return undefined;
  throw new AgentError('model_unavailable', {
    detail: `${model.provider} ended its answer without saying that it was finished.`,
    retryable: true,
  });
}

function throwUnlessFinished({ reason }: ModelFinish, { provider }: ChatModel): void {
  if (reason === 'length') {
    throw new AgentError('output_limit', {
      detail: `${provider} stopped at its longest allowed answer.`,
      retryable: false,
    });
  }
  if (reason === 'refused') {
    throw new AgentError('model_refused', {
      detail: `${provider} withheld the answer by its content rules.`,
      retryable: false,
    });
  }
}

/** Runs the calls of one step side by side; reports each when it is finished. */
async function* runTools(
  toolCalls: readonly ModelToolCall[],
  options: ToolLoopOptions,
  state: LoopState,
): AsyncGenerator<AgentEvent> {
  const pending = new Map<number, Promise<[number, FinishedCall]>>();
  const results: ModelToolResult[] = [];
  for (const [index, call] of toolCalls.entries()) {
    const { event, finished } = startToolCall(call, options);
    pending.set(
      index,
      finished.then((done) => [index, done]),
    );
    yield event;
  }
  while (pending.size > 0) {
    const [index, { event, result }] = await Promise.race(pending.values());
    if (options.signal.aborted) return;
    pending.delete(index);
    results[index] = result;
    yield event;
  }
  state.messages.push({ role: 'tool', results });
}
