import type { JSONValue, LanguageModel, ModelMessage as SdkMessage, TextStreamPart, ToolSet } from 'ai';
import { AgentError } from '../agent-error.ts';
import type { ChatModel, ModelFinish, ModelMessage, ModelPart, ModelTool } from './model.ts';
import { modelFailure } from './model-failure.ts';

export interface AiSdkModelOptions {
  readonly provider: string;
  readonly name: string;
  /** Loads the provider's package and makes its model; called at the first step, again when it failed. */
  readonly load: () => Promise<LanguageModel>;
  /** Of a request that failed before its first byte. */
  readonly maxRetries: number;
}

/**
 * A model of the AI SDK behind our interface. The SDK streams one step at a time; the tool loop is ours,
 * so that the built-in model runs in the same loop without loading the SDK.
 */
export function createAiSdkModel({ provider, name, load, maxRetries }: AiSdkModelOptions): ChatModel {
  let loaded: Promise<LanguageModel> | undefined;
  const loadOnce = () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
  return {
    provider,
    name,
    async *stream(request, signal) {
      try {
        const [sdk, model] = await Promise.all([import('ai'), loadOnce()]);
        // Its warnings go to the console, where they would break structured logs.
        globalThis.AI_SDK_LOG_WARNINGS = false;
        const result = sdk.streamText({
          model,
          system: request.instructions,
          messages: request.messages.flatMap(toSdkMessage),
          tools: toSdkTools(request.tools, sdk),
          abortSignal: signal,
          maxRetries,
          // The default prints to the console; errors come as parts too.
          onError: () => {},
        });
        for await (const part of result.fullStream) {
          if (part.type === 'finish')
            yield { type: 'finish', ...(await toFinish(part, result.response, provider)) };
          else yield* toParts(part);
        }
      } catch (error) {
        if (!signal.aborted) throw modelFailure(error, provider);
      }
    },
  };
}

function* toParts(part: TextStreamPart<ToolSet>): Generator<ModelPart> {
  if (part.type === 'text-delta') yield { type: 'text', text: part.text };
  else if (part.type === 'reasoning-delta') yield { type: 'thinking', text: part.text };
  else if (part.type === 'error') throw part.error;
  else if (part.type === 'tool-call') {
    const { toolCallId, toolName, input } = part;
    yield { type: 'tool_call', toolCallId, toolName, arguments: input };
  }
}

async function toFinish(
  part: Extract<TextStreamPart<ToolSet>, { type: 'finish' }>,
  response: PromiseLike<{ messages: readonly SdkMessage[] }>,
  provider: string,
): Promise<ModelFinish> {
  const { finishReason, rawFinishReason, totalUsage } = part;
  if (finishReason === 'error' || (finishReason === 'other' && rawFinishReason === undefined)) {
    throw new AgentError('model_unavailable', {
      detail: `${provider} ended its answer without saying that it was finished.`,
      retryable: true,
    });
  }
  const { messages } = await response;
  const reason =
    finishReason === 'length' ? 'length' : finishReason === 'content-filter' ? 'refused' : 'stop';
  return {
    reason,
    inputTokens: totalUsage.inputTokens ?? 0,
    outputTokens: totalUsage.outputTokens ?? 0,
    // The SDK answers calls with broken arguments by itself; our loop does that too, so only the assistant's part.
    native: messages.filter(({ role }) => role === 'assistant'),
  };
}

function toSdkTools(tools: readonly ModelTool[], sdk: typeof import('ai')): ToolSet {
  return Object.fromEntries(
    tools.map(({ name, description, inputSchema }) => [
      name,
      sdk.tool({ description, inputSchema: sdk.jsonSchema(inputSchema) }),
    ]),
  );
}

function toSdkMessage(message: ModelMessage): SdkMessage[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: message.text }];
    case 'assistant':
      return fromAssistant(message);
    case 'tool':
      return [{ role: 'tool', content: message.results.map(toSdkResult) }];
  }
}

function fromAssistant(message: Extract<ModelMessage, { role: 'assistant' }>): SdkMessage[] {
  // Written by `toFinish` above and by nobody else. Carries the signatures that providers want back.
  if (Array.isArray(message.native)) return message.native as SdkMessage[];
  return [{ role: 'assistant', content: message.text }];
}

/** Longest result that a model is given to read; the user can open the whole one. */
const MAX_RESULT_CHARS = 60_000;

function toSdkResult({
  toolCallId,
  toolName,
  ok,
  value,
}: Extract<ModelMessage, { role: 'tool' }>['results'][number]) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const shown = text.length > MAX_RESULT_CHARS ? `${text.slice(0, MAX_RESULT_CHARS)}… (cut off)` : undefined;
  const output =
    shown !== undefined || !ok
      ? ({ type: ok ? 'text' : 'error-text', value: shown ?? text } as const)
      : // Results went through JSON in `startToolCall`.
        ({ type: 'json', value: value as JSONValue } as const);
  return { type: 'tool-result' as const, toolCallId, toolName, output };
}
