import { eventDataSchemas, newId, type ThreadEvent, threadEventSchemas } from '@netra/protocol';
import { expect, test } from 'vitest';
import { encodeWebSocketFrame, OPCODES } from '../connections/websocket-frame.ts';
import { EventEncoder } from './event-encoder.ts';
import { placeEvent } from './event-rows.ts';

const at = '2026-01-01T00:00:00.000Z';
const place = (seq: number, changed: Partial<ThreadEvent> = {}) => ({
  event_id: newId('evt'),
  thread_id: 'thr_1',
  run_id: 'run_1',
  seq,
  epoch: 'epo_1',
  at,
  agent: 'says "hi"',
  ...changed,
});
const delta = (text: string, messageId = 'msg_1') =>
  ({ type: 'agent_message', data: { message_id: messageId, delta: text } }) as const;

test('every event is written as JSON.stringify writes it and framed as any text is, whatever came before', () => {
  const events = [
    placeEvent(delta('one'), place(1)),
    placeEvent(delta('"two" \n\u2028 \ud800 é 😀'), place(2)),
    placeEvent({ type: 'agent_thinking', data: { text: 'hm', step: 1 } }, place(3)),
    placeEvent({ type: 'agent_message', data: { message_id: 'msg_1', delta: 'x', reset: true } }, place(4)),
    placeEvent(delta('three'), place(5)),
    placeEvent(delta('of another message', 'msg_2'), place(6)),
    placeEvent(delta('of another run', 'msg_2'), place(7, { run_id: 'run_2' })),
    placeEvent(delta('of another agent', 'msg_2'), place(8, { agent: 'é\\' })),
    placeEvent(delta('of another epoch', 'msg_2'), place(9, { epoch: 'epo_2' })),
    placeEvent({ type: 'agent_cancelled', data: { by: 'user', duration_ms: 1 } }, place(10)),
    placeEvent(delta('again'), place(11)),
    placeEvent(delta('later'), place(12, { at: '2026-01-01T00:00:00.040Z' })),
  ];
  const encoder = new EventEncoder();
  for (const event of events) {
    const frame = encoder.encode(event);
    const text = JSON.stringify(event);
    expect(frame.text).toBe(text);
    const sent = frame.webSocketFrame();
    const bytes = typeof sent === 'string' ? Buffer.from(sent, 'latin1') : sent;
    expect(bytes).toEqual(encodeWebSocketFrame(text, { opcode: OPCODES.text }));
  }
});

test('no field of an event or of a delta is unknown to the encoder', () => {
  for (const { shape } of threadEventSchemas)
    expect(Object.keys(shape)).toEqual(['type', ...Object.keys(place(1)), 'data']);
  expect(Object.keys(eventDataSchemas.agent_message.shape)).toEqual(['message_id', 'delta', 'reset']);
});
