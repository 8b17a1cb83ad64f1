import { once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import { expect, test } from 'vitest';
import * as ws from 'ws';
import { EncodedFrame } from './encoded-frame.ts';
import { SocketLine, WriteTick } from './socket-line.ts';
import { encodeTextFrame, encodeWebSocketFrame, OPCODES } from './websocket-frame.ts';

// Exported, but not in the published types.
const { Receiver } = ws as unknown as { Receiver: new () => Writable };

test.each([0, 1, 125, 126, 65_535, 65_536, 200_000])(
  'a reader of RFC 6455 gets a payload of %i bytes back',
  async (bytes) => {
    const receiver = new Receiver();
    const text = 'x'.repeat(bytes);
    const heard = once(receiver, 'message');
    receiver.write(encodeWebSocketFrame(text, { opcode: OPCODES.text }));
    const [payload] = await heard;
    expect(String(payload)).toBe(text);
  },
);

test.each(['', 'x'.repeat(125), 'x'.repeat(126), 'x'.repeat(20_000), 'né', '\u{1f600}', 'ÿ'.repeat(60)])(
  'the frame of a text has the same bytes, as a string or not',
  (text) => {
    const frame = encodeTextFrame(text);
    const bytes = typeof frame === 'string' ? Buffer.from(frame, 'latin1') : frame;
    expect(bytes).toEqual(encodeWebSocketFrame(text, { opcode: OPCODES.text }));
  },
);

test('pieces of a message come together again, also when they cut a character', async () => {
  const receiver = new Receiver();
  const bytes = Buffer.from('né');
  const heard = once(receiver, 'message');
  receiver.write(encodeWebSocketFrame(bytes.subarray(0, 2), { opcode: OPCODES.text, isLast: false }));
  receiver.write(encodeWebSocketFrame(bytes.subarray(2), { opcode: OPCODES.continuation }));
  expect(String((await heard)[0])).toBe('né');
});

test('the bytes of an event are made once, whoever sends them', () => {
  const frame = new EncodedFrame('{"type":"heartbeat"}');
  expect(frame.webSocketFrame()).toBe(frame.webSocketFrame());
});

test('what is written in one turn leaves in one write, in order, and nothing after the end', async () => {
  const socket = new PassThrough();
  const chunks: string[] = [];
  socket.on('data', (chunk) => chunks.push(String(chunk)));
  const line = new SocketLine(socket, new WriteTick());
  for (const part of ['one ', 'two ', 'three']) line.write(Buffer.from(part));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(chunks).toEqual(['one two three']);
  for (const part of ['a', Buffer.from('é'), 'b', 'c']) line.write(part);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(chunks).toEqual(['one two three', 'aébc']);
  line.write(Buffer.from('last'));
  line.end();
  line.write(Buffer.from('never'));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(chunks).toEqual(['one two three', 'aébc', 'last']);
});
