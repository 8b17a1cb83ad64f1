import type { ChatModel, ModelPart, ModelRequest } from '../models/model.ts';

export interface ScriptedModel extends ChatModel {
  /** What it was asked, step by step. */
  readonly requests: readonly ModelRequest[];
}

/** A model that says what it is told to, one list of parts per step; `finish` is added where it is missing. */
export function scriptedModel(...steps: readonly (readonly ModelPart[])[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    provider: 'Scripted',
    name: 'model',
    requests,
    async *stream(request) {
      const parts = steps[requests.length] ?? [];
      requests.push(request);
      yield* parts;
      if (parts.at(-1)?.type !== 'finish')
        yield { type: 'finish', reason: 'stop', inputTokens: 10, outputTokens: 5 };
    },
  };
}

export function call(toolName: string, input: unknown = {}, toolCallId = 'call_1'): ModelPart {
  return { type: 'tool_call', toolCallId, toolName, arguments: input };
}

export function say(text: string): ModelPart {
  return { type: 'text', text };
}
