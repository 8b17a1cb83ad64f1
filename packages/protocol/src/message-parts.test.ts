import { expect, it } from 'vitest';
import { applyEventToParts, textOfParts } from './message-parts.ts';
import type { MessagePart } from './messages.ts';
import type { EventBody } from './thread-events.ts';

function fold(events: EventBody[]): readonly MessagePart[] {
  return events.reduce<readonly MessagePart[]>(applyEventToParts, []);
}

const call = { tool_call_id: 't1', tool_name: 'who_am_i', arguments: { a: 1 } };

it('keeps thinking, tools and text in the order of their events', () => {
  const parts = fold([
    { type: 'agent_started', data: { agent: 'guide', model: 'm' } },
    { type: 'agent_thinking', data: { text: 'Let me ' } },
    { type: 'agent_thinking', data: { text: 'see.' } },
    { type: 'tool_executing', data: call },
    {
      type: 'tool_completed',
      data: { tool_call_id: 't1', tool_name: 'who_am_i', ok: true, result: 5, duration_ms: 2 },
    },
    { type: 'agent_message', data: { message_id: 'm', delta: 'You are ' } },
    { type: 'agent_message', data: { message_id: 'm', delta: 'Ada.' } },
  ]);
  expect(parts).toEqual([
    { type: 'thinking', text: 'Let me see.' },
    { type: 'tool', ...call, ok: true, result: 5, duration_ms: 2 },
    { type: 'text', text: 'You are Ada.' },
  ]);
  expect(textOfParts(parts)).toBe('You are Ada.');
});

it('starts a new thought with each step', () => {
  const parts = fold([
    { type: 'agent_thinking', data: { text: 'a', step: 1 } },
    { type: 'agent_thinking', data: { text: 'b', step: 2 } },
  ]);
  expect(parts).toHaveLength(2);
});

it('discards the text at a reset, and keeps what tools did', () => {
  const parts = fold([
    { type: 'tool_executing', data: call },
    { type: 'agent_message', data: { message_id: 'm', delta: 'wrong' } },
    { type: 'agent_message', data: { message_id: 'm', delta: 'right', reset: true } },
  ]);
  expect(textOfParts(parts)).toBe('right');
  expect(parts[0]?.type).toBe('tool');
});

it('completes the call that the event names, and only once', () => {
  const failed = {
    tool_call_id: 't2',
    tool_name: 'x',
    ok: false,
    error: { code: 'tool_failed', detail: 'd' },
    duration_ms: 1,
  } as const;
  const parts = fold([
    { type: 'tool_executing', data: call },
    { type: 'tool_executing', data: { ...call, tool_call_id: 't2', tool_name: 'x' } },
    { type: 'tool_completed', data: failed },
    { type: 'tool_completed', data: { tool_call_id: 't2', tool_name: 'x', ok: true, duration_ms: 9 } },
  ]);
  expect(parts.map((part) => part.type === 'tool' && part.ok)).toEqual([undefined, false]);
});
