import type { AgentEvent } from '@netra/agent';
import { type EventData, idSchema, LIMITS, type MessagePart, newId, type ToolError } from '@netra/protocol';

/** A tool's result that travels by reference; `body` is its JSON text. */
export interface LargeResult {
  toolCallId: string;
  body: string;
  bytes: number;
}

export interface CompletedCall {
  data: EventData<'tool_completed'>;
  largeResult?: LargeResult;
}

export interface ToolCallsOptions {
  runId: string;
  now: () => number;
  /** What an earlier attempt of the run left behind. */
  parts: readonly MessagePart[];
}

/** The tool calls of a run. Each gets an id of its own, whatever the agent calls it, and ends exactly once. */
export interface ToolCalls {
  open(event: Extract<AgentEvent, { type: 'tool_executing' }>): EventData<'tool_executing'>;
  /** Undefined for a call that is not open. */
  complete(event: Extract<AgentEvent, { type: 'tool_completed' }>): CompletedCall | undefined;
  /** Ends all that are open, as failed. */
  fail(error: ToolError): CompletedCall[];
}

interface OpenCall {
  toolCallId: string;
  toolName: string;
  startedAtMs: number;
}

export function createToolCalls({ runId, now, parts }: ToolCallsOptions): ToolCalls {
  /** By the agent's own id, which need not be unique or fit for the wire. */
  const open = new Map<string, OpenCall>();
  const used = new Set<string>();
  for (const part of parts) {
    if (part.type !== 'tool') continue;
    const { tool_call_id: toolCallId, tool_name: toolName } = part;
    used.add(toolCallId);
    if (part.ok === undefined) open.set(toolCallId, { toolCallId, toolName, startedAtMs: now() });
  }

  return {
    open({ toolCallId: id, toolName, arguments: given, purpose }) {
      const toolCallId = idSchema.safeParse(id).success && !used.has(id) ? id : newId('ref');
      used.add(toolCallId);
      const namesake = open.get(id);
      // Nothing can complete it any more, but it still has to end.
      if (namesake !== undefined) open.set(newId('ref'), namesake);
      open.set(id, { toolCallId, toolName: shorten(toolName), startedAtMs: now() });
      return {
        tool_call_id: toolCallId,
        tool_name: shorten(toolName),
        ...boundArguments(asObject(given)),
        ...(purpose === undefined ? {} : { purpose: shorten(purpose) }),
      };
    },
    complete(event) {
      const call = open.get(event.toolCallId);
      if (call === undefined) return undefined;
      open.delete(event.toolCallId);
      return completedCall(runId, call, event);
    },
    fail(error) {
      const calls = [...open.values()];
      open.clear();
      return calls.map(({ toolCallId, toolName, startedAtMs }) => ({
        data: {
          tool_call_id: toolCallId,
          tool_name: toolName,
          ok: false,
          error,
          duration_ms: Math.max(0, now() - startedAtMs),
        },
      }));
    },
  };
}

function completedCall(
  runId: string,
  { toolCallId, toolName }: OpenCall,
  event: Extract<AgentEvent, { type: 'tool_completed' }>,
): CompletedCall {
  const result = describeResult(event.result, { runId, toolCallId });
  const failure = result.error ?? event.error;
  const error = failure && { ...failure, detail: shorten(failure.detail) };
  return {
    data: {
      tool_call_id: toolCallId,
      tool_name: toolName,
      ok: event.ok && result.error === undefined,
      ...result.fields,
      ...(error === undefined ? {} : { error }),
      duration_ms: Math.max(0, event.durationMs),
    },
    ...(result.large === undefined ? {} : { largeResult: result.large }),
  };
}

/** The contract wants an object; an agent written in plain JavaScript can produce anything. */
function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value };
  // A non-null, non-array object has string keys as far as JSON is concerned.
  return value as Record<string, unknown>;
}

/** Our own loop fails such a call before it begins; another agent may have carried it out. */
function boundArguments(
  given: Record<string, unknown>,
): Pick<EventData<'tool_executing'>, 'arguments' | 'truncated'> {
  try {
    const bytes = Buffer.byteLength(JSON.stringify(given));
    if (bytes <= LIMITS.maxArgumentsBytes) return { arguments: given };
  } catch {
    // What cannot be written as JSON, a cycle say, cannot be shown either.
  }
  return { arguments: {}, truncated: true };
}

function shorten(text: string): string {
  const max = LIMITS.maxToolTextChars;
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
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
