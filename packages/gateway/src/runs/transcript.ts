import type { AgentEvent } from '@netra/agent';
import {
  applyEventToParts,
  type EventBody,
  LIMITS,
  type MessagePart,
  type ToolError,
  textOfParts,
  type Usage,
} from '@netra/protocol';
import { boundParts, jsonBytes } from '../event-log/bound-parts.ts';
import { createAnswerLimit } from './answer-limit.ts';
import { type CompletedCall, createToolCalls, type LargeResult } from './tool-calls.ts';

/** Thoughts and calls may grow by this before they are bounded again. */
const maxGrownBytes = 4 * LIMITS.maxPartsBytes;

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
  /** The answer has its longest form: no more of it is taken, and the run is to end. */
  isFull(): boolean;
  /** The deltas since the last reset. */
  text(): string;
  /** Within the bounds of `boundParts`. */
  parts(): readonly MessagePart[];
  usage(): Usage | undefined;
}

export function createTranscript(options: TranscriptOptions): Transcript {
  const { runId, messageId, now } = options;
  let parts = options.parts ?? [];
  let usage: Usage | undefined;
  /** Since the last time that they were bounded. */
  let grownBytes = 0;
  const answer = createAnswerLimit(textOfParts(parts));
  const calls = createToolCalls({ runId, now, parts });

  const emit = (body: EventBody, largeResult?: LargeResult): TranscriptEntry[] => {
    parts = applyEventToParts(parts, body);
    grownBytes += detailBytes(body);
    if (grownBytes > maxGrownBytes) parts = boundedParts();
    return [{ body, ...(largeResult === undefined ? {} : { largeResult }) }];
  };

  const boundedParts = (): readonly MessagePart[] => {
    grownBytes = 0;
    return boundParts(parts);
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
    if (isReset) answer.reset();
    const delta = answer.take(withoutNul(text));
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
    isFull: () => answer.isFull(),
    text: () => textOfParts(parts),
    parts: boundedParts,
    usage: () => usage,
  };
}

/** About what an event adds besides the text of the answer. */
function detailBytes(body: EventBody): number {
  if (body.type === 'agent_thinking') return body.data.text.length;
  return body.type === 'tool_executing' || body.type === 'tool_completed' ? jsonBytes(body.data) : 0;
}

function withoutNul(text: string): string {
  return text.replaceAll('\u0000', '');
}
