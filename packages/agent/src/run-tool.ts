import { LIMITS } from '@netra/protocol';
import type { AgentEvent, Turn } from './agent.ts';
import { AgentError } from './agent-error.ts';
import type { ModelToolCall, ModelToolResult } from './models/model.ts';
import type { PreparedCall, Tool } from './tool.ts';

/** A finished call, for the user and for the model. */
export interface FinishedCall {
  readonly event: Extract<AgentEvent, { type: 'tool_completed' }>;
  readonly result: ModelToolResult;
}

/** A call that was announced and is now under way. */
export interface StartedCall {
  readonly event: Extract<AgentEvent, { type: 'tool_executing' }>;
  /** Never rejects: a tool that fails, hangs or was called wrongly is a finished call with `ok: false`. */
  readonly finished: Promise<FinishedCall>;
}

export interface ToolRunContext {
  readonly tools: readonly Tool[];
  readonly turn: Turn;
  readonly signal: AbortSignal;
  readonly onToolFailure?: ((failure: unknown, toolName: string) => void) | undefined;
}

/** Starts one tool call. A tool deaf to its signal is left behind when the run is aborted or its time is over. */
export function startToolCall(call: ModelToolCall, context: ToolRunContext): StartedCall {
  const tool = context.tools.find((candidate) => candidate.name === call.toolName);
  const isTooLarge = isLargerThan(call.arguments, LIMITS.maxArgumentsBytes);
  const prepared = isTooLarge ? TOO_LARGE : (tool?.prepare(call.arguments) ?? noTool(call.toolName));
  // The provider's id may be long, empty or used twice; ours is what the user's events carry.
  const toolCallId = `call_${globalThis.crypto.randomUUID()}`;
  const purpose = prepared.ok ? prepared.purpose : undefined;
  const event: StartedCall['event'] = {
    type: 'tool_executing',
    toolCallId,
    toolName: call.toolName,
    arguments: isTooLarge ? {} : asObject(call.arguments),
    ...(purpose === undefined ? {} : { purpose }),
  };
  const startedAtMs = performance.now();
  const outcome =
    tool !== undefined && prepared.ok
      ? settle(prepared, tool, context)
      : Promise.resolve<Outcome>({ ok: false, detail: prepared.ok ? '' : prepared.detail });
  const finished = outcome.then((done) =>
    finishedCall(call, toolCallId, done, Math.round((performance.now() - startedAtMs) * 100) / 100),
  );
  return { event, finished };
}

const TOO_LARGE = {
  ok: false,
  detail: `The arguments are larger than ${LIMITS.maxArgumentsBytes} bytes, so the tool was not called. Send less.`,
} as const;

function noTool(toolName: string): { readonly ok: false; readonly detail: string } {
  return { ok: false, detail: `There is no tool named ${toolName}.` };
}

function isLargerThan(value: unknown, maxBytes: number): boolean {
  const text: string | undefined = JSON.stringify(value);
  return text !== undefined && Buffer.byteLength(text) > maxBytes;
}

type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly detail: string };

async function settle(prepared: PreparedCall, tool: Tool, context: ToolRunContext): Promise<Outcome> {
  const controller = new AbortController();
  let end: (outcome: Outcome) => void = () => {};
  const ended = new Promise<Outcome>((resolve) => {
    end = resolve;
  });
  const abandon = (detail: string) => {
    controller.abort();
    end({ ok: false, detail });
  };
  const onAbort = () => abandon('The run was cancelled.');
  const timer = setTimeout(() => abandon(`No answer within ${tool.timeoutMs} ms.`), tool.timeoutMs);
  context.signal.addEventListener('abort', onAbort, { once: true });
  if (context.signal.aborted) onAbort();
  try {
    const work = prepared
      .execute({ signal: controller.signal, turn: context.turn })
      .then((value): Outcome => ({ ok: true, value: toJson(value) }));
    return await Promise.race([work, ended]);
  } catch (error) {
    if (!context.signal.aborted) context.onToolFailure?.(error, tool.name);
    return { ok: false, detail: failureDetail(error) };
  } finally {
    clearTimeout(timer);
    context.signal.removeEventListener('abort', onAbort);
  }
}

/** Only an `AgentError` speaks to the user; the message of anything else may hold what nobody should read. */
function failureDetail(error: unknown): string {
  if (error instanceof AgentError) return error.detail;
  return `The tool failed (${error instanceof Error ? error.name : typeof error}).`;
}

function finishedCall(
  call: ModelToolCall,
  toolCallId: string,
  outcome: Outcome,
  durationMs: number,
): FinishedCall {
  const base = { type: 'tool_completed', toolCallId, toolName: call.toolName, durationMs } as const;
  return {
    event: outcome.ok
      ? { ...base, ok: true, result: outcome.value }
      : { ...base, ok: false, error: { code: 'tool_failed', detail: outcome.detail } },
    result: {
      toolCallId: call.toolCallId,
      toolName: call.toolName,
      ok: outcome.ok,
      value: outcome.ok ? outcome.value : outcome.detail,
    },
  };
}

/** What is left of a value on the wire. @throws {TypeError} for cycles and big integers. */
function toJson(value: unknown): unknown {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? null : JSON.parse(text);
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { input: value };
  return { ...value };
}
