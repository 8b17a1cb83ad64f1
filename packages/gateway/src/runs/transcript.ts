import type { AgentEvent } from '@netra/agent';
import {
  applyEventToParts,
  type EventBody,
  idSchema,
  LIMITS,
  type MessagePart,
  newId,
  type ToolError,
  textOfParts,
  type Usage,
} from '@netra/protocol';

/** A tool's result that travels by reference; `body` is its JSON text. */
export interface LargeResult {
  toolCallId: string;
  body: string;
  bytes: number;
}

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

interface OpenTool {
  toolCallId: string;
  toolName: string;
  startedAtMs: number;
}

export function createTranscript(options: TranscriptOptions): Transcript {
  const { runId, messageId, now } = options;
  let parts = options.parts ?? [];
  let usage: Usage | undefined;
  /** By the agent's own id, which need not be unique or fit for the wire. */
  const open = new Map<string, OpenTool>();
  const used = new Set<string>();
  for (const part of parts) {
    if (part.type !== 'tool') continue;
    used.add(part.tool_call_id);
    if (part.ok !== undefined) continue;
    open.set(part.tool_call_id, {
      toolCallId: part.tool_call_id,
      toolName: part.tool_name,
      startedAtMs: now(),
    });
  }

  const emit = (body: EventBody, largeResult?: LargeResult): TranscriptEntry[] => {
    parts = applyEventToParts(parts, body);
    return [{ body, ...(largeResult === undefined ? {} : { largeResult }) }];
  };

  const openTool = (event: Extract<AgentEvent, { type: 'tool_executing' }>): TranscriptEntry[] => {
    const { toolCallId: id, toolName, purpose } = event;
    const toolCallId = idSchema.safeParse(id).success && !used.has(id) ? id : newId('ref');
    used.add(toolCallId);
    open.set(id, { toolCallId, toolName, startedAtMs: now() });
    return emit({
      type: 'tool_executing',
      data: {
        tool_call_id: toolCallId,
        tool_name: toolName,
        arguments: asObject(event.arguments),
        ...(purpose === undefined ? {} : { purpose }),
      },
    });
  };

  const closeTool = (event: Extract<AgentEvent, { type: 'tool_completed' }>): TranscriptEntry[] => {
    const tool = open.get(event.toolCallId);
    if (tool === undefined) return [];
    open.delete(event.toolCallId);
    const { toolCallId, toolName } = tool;
    const result = describeResult(event.result, { runId, toolCallId });
    const error = result.error ?? event.error;
    return emit(
      {
        type: 'tool_completed',
        data: {
          tool_call_id: toolCallId,
          tool_name: toolName,
          ok: event.ok && result.error === undefined,
          ...result.fields,
          ...(error === undefined ? {} : { error }),
          duration_ms: Math.max(0, event.durationMs),
        },
      },
      result.large,
    );
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
        case 'thinking': {
          const text = withoutNul(event.text);
          if (text === '') return [];
          return emit({
            type: 'agent_thinking',
            data: event.step === undefined ? { text } : { text, step: event.step },
          });
        }
        case 'tool_executing':
          return openTool(event);
        case 'tool_completed':
          return closeTool(event);
        case 'message':
          return say(event.delta, event.reset === true);
        case 'usage':
          usage = { input_tokens: event.inputTokens, output_tokens: event.outputTokens };
          return [];
      }
    },
    closeTools(error) {
      const tools = [...open.values()];
      open.clear();
      return tools.flatMap(({ toolCallId, toolName, startedAtMs }) =>
        emit({
          type: 'tool_completed',
          data: {
            tool_call_id: toolCallId,
            tool_name: toolName,
            ok: false,
            error,
            duration_ms: Math.max(0, now() - startedAtMs),
          },
        }),
      );
    },
    reset: () => (textOfParts(parts) === '' ? [] : say('', true)),
    text: () => textOfParts(parts),
    parts: () => parts,
    usage: () => usage,
  };
}

function withoutNul(text: string): string {
  return text.replaceAll('\u0000', '');
}

/** The contract wants an object; a model can produce anything. */
function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value };
  // A non-null, non-array object has string keys as far as JSON is concerned.
  return value as Record<string, unknown>;
}

interface DescribedResult {
  fields: { result?: unknown; result_ref?: { url: string; bytes: number; media_type: string } };
  large?: LargeResult;
  error?: ToolError;
}

function describeResult(result: unknown, at: { runId: string; toolCallId: string }): DescribedResult {
  let body: string | undefined;
  try {
    body = JSON.stringify(result);
  } catch {
    return {
      fields: {},
      error: { code: 'tool_failed', detail: 'The result of the tool cannot be written as JSON.' },
    };
  }
  if (body === undefined) return { fields: {} };
  const bytes = Buffer.byteLength(body);
  if (bytes <= LIMITS.maxInlineResultBytes) return { fields: { result } };
  const url = `/v1/runs/${at.runId}/tools/${encodeURIComponent(at.toolCallId)}/result`;
  return {
    fields: { result_ref: { url, bytes, media_type: 'application/json' } },
    large: { toolCallId: at.toolCallId, body, bytes },
  };
}
