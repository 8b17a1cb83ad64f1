import type { MessagePart, ToolPart } from './messages.ts';
import type { EventBody, EventData } from './thread-events.ts';

/**
 * The parts of an agent's message after one more event of its run.
 * Pure, and the same on both sides: the gateway stores what it returns, the client draws it.
 * Events that say nothing about the message return `parts` itself.
 */
export function applyEventToParts(parts: readonly MessagePart[], event: EventBody): readonly MessagePart[] {
  switch (event.type) {
    case 'agent_thinking':
      return appendThinking(parts, event.data);
    case 'agent_message':
      return appendText(event.data.reset === true ? withoutText(parts) : parts, event.data.delta);
    case 'tool_executing':
      return [...parts, { type: 'tool', ...event.data }];
    case 'tool_completed':
      return parts.map((part) =>
        isOpenCall(part, event.data.tool_call_id) ? completed(part, event.data) : part,
      );
    case 'user_message':
    case 'agent_started':
    case 'approval_requested':
    case 'approval_resolved':
    case 'agent_completed':
    case 'agent_failed':
    case 'agent_cancelled':
      return parts;
  }
}

/** The text of a message: its text parts, joined. Equals `text` of the terminal event. */
export function textOfParts(parts: readonly MessagePart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function appendThinking(
  parts: readonly MessagePart[],
  { text, step }: EventData<'agent_thinking'>,
): MessagePart[] {
  const last = parts.at(-1);
  if (last?.type === 'thinking' && last.step === step) {
    return [...parts.slice(0, -1), { ...last, text: last.text + text }];
  }
  return [...parts, { type: 'thinking', text, ...(step === undefined ? {} : { step }) }];
}

function appendText(parts: readonly MessagePart[], delta: string): readonly MessagePart[] {
  if (delta === '') return parts;
  const last = parts.at(-1);
  if (last?.type === 'text') return [...parts.slice(0, -1), { ...last, text: last.text + delta }];
  return [...parts, { type: 'text', text: delta }];
}

function withoutText(parts: readonly MessagePart[]): readonly MessagePart[] {
  return parts.filter((part) => part.type !== 'text');
}

function isOpenCall(part: MessagePart, toolCallId: string): part is ToolPart {
  return part.type === 'tool' && part.tool_call_id === toolCallId && part.ok === undefined;
}

function completed(part: ToolPart, data: EventData<'tool_completed'>): ToolPart {
  const { tool_call_id: _id, tool_name: _name, ...outcome } = data;
  return { ...part, ...outcome };
}
