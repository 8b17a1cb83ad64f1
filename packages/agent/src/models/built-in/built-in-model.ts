import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatModel, ModelPart } from '../model.ts';
import { decide } from './decide.ts';

export interface BuiltInModelOptions {
  /** Pause between two words of an answer, so that it reads like one that is written. Default 5. */
  readonly wordDelayMs?: number;
}

/**
 * The model that answers when no language model is configured. It understands a handful of questions by their
 * words, picks a tool, and puts the result into sentences; the same conversation always gives the same answer.
 */
export function createBuiltInModel({ wordDelayMs = 5 }: BuiltInModelOptions = {}): ChatModel {
  return {
    provider: 'built-in',
    name: 'guide',
    async *stream(request, signal) {
      const decision = decide(request);
      if (decision.thinking !== undefined) yield { type: 'thinking', text: decision.thinking };
      if (decision.kind === 'call') {
        yield { type: 'tool_call', toolCallId: `built-in-${request.messages.length}`, ...decision.call };
      } else {
        yield* write(decision.text, wordDelayMs, signal);
      }
      // It reads and writes no tokens.
      if (!signal.aborted) yield { type: 'finish', reason: 'stop', inputTokens: 0, outputTokens: 0 };
    },
  };
}

async function* write(text: string, wordDelayMs: number, signal: AbortSignal): AsyncGenerator<ModelPart> {
  for (const [index, word] of (text.match(/\S+\s*/g) ?? []).entries()) {
    if (index > 0 && wordDelayMs > 0) {
      await sleep(wordDelayMs, undefined, { signal }).catch(() => {});
    }
    if (signal.aborted) return;
    yield { type: 'text', text: word };
  }
}
