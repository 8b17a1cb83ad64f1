import type { AgentEvent } from '@netra/agent';
import {
  applyEventToParts,
  type EventBody,
  type MessagePart,
  type ToolError,
  textOfParts,
  type Usage,
} from '@netra/protocol';
import { type CompletedCall, createToolCalls, type LargeResult } from './tool-calls.ts';

/** One event to store, with what has to be stored beside it. */
export interface TranscriptEntry {
  body: EventBody;
  largeResult?: LargeResult;
}

export interface TranscriptOptions {
  runId: string;
  messageId: string;
  now: () => number;
  /** What an earlier attempt of the run left behind. */
  parts?: readonly MessagePart[];
}

/**
 * Turns what an agent says into events that keep the contract, whatever the agent does: every tool call gets an id
 * of its own and exactly one end, empty deltas vanish, U+0000 (which a text column cannot hold) is dropped.
 */
export interface Transcript {
  take(event: AgentEvent): TranscriptEntry[];
  /** Ends the calls that are still open, each as failed for this reason. */
  closeTools(error: ToolError): TranscriptEntry[];
  /** Discards the text so far, if there is any. */
  reset(): TranscriptEntry[];
  /** The deltas since the last reset. */
  text(): string;
  parts(): readonly MessagePart[];
  usage(): Usage | undefined;
}

export function createTranscript(options: TranscriptOptions): Transcript {
  const { runId, messageId, now } = options;
  let parts = options.parts ?? [];
  let usage: Usage | undefined;
  const calls = createToolCalls({ runId, now, parts });

  const emit = (body: EventBody, largeResult?: LargeResult): TranscriptEntry[] => {
    parts = applyEventToParts(parts, body);
    return [{ body, ...(largeResult === undefined ? {} : { largeResult }) }];
  };

  const emitCompleted = ({ data, largeResult }: CompletedCall): TranscriptEntry[] =>
    emit({ type: 'tool_completed', data }, largeResult);

  const think = (text: string, step: number | undefined): TranscriptEntry[] => {
    const words = withoutNul(text);
    if (words === '') return [];
    return emit({
      type: 'agent_thinking',
      data: step === undefined ? { text: words } : { text: words, step },
    });
  };

  const say = (text: string, isReset: boolean): TranscriptEntry[] => {
    const delta = withoutNul(text);
    if (delta === '' && !isReset) return [];
    const data = { message_id: messageId, delta };
    return emit({ type: 'agent_message', data: isReset ? { ...data, reset: true } : data });
  };

  return {
    take(event) {
      switch (event.type) {
        case 'thinking':
          return think(event.text, event.step);
        case 'tool_executing':
          return emit({ type: 'tool_executing', data: calls.open(event) });
        case 'tool_completed': {
          const completed = calls.complete(event);
          return completed === undefined ? [] : emitCompleted(completed);
        }
        case 'message':
          return say(event.delta, event.reset === true);
        case 'usage':
          usage = { input_tokens: event.inputTokens, output_tokens: event.outputTokens };
          return [];
      }
    },
    closeTools: (error) => calls.fail(error).flatMap(emitCompleted),
    reset: () => (textOfParts(parts) === '' ? [] : say('', true)),
    text: () => textOfParts(parts),
    parts: () => parts,
    usage: () => usage,
  };
}

function withoutNul(text: string): string {
  return text.replaceAll('\u0000', '');
}
