import { connect, type Socket } from 'node:net';
import { agentFromRun } from '@netra/agent';
import { LIMITS } from '@netra/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Person, signUp } from '../kit/person.ts';
import { rawExchange, upgradeText } from '../kit/raw-exchange.ts';
import { type Stack, startStack } from '../kit/stack.ts';
import { encodeWireFrame, OPCODE } from '../kit/wire-frame.ts';
import { openWire } from '../kit/wire-socket.ts';

const SLOW_CLIENTS = 300;

let stack: Stack;
let ada: Person;

beforeAll(async () => {
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  stack = await startStack({ agents: () => [silent], defaultAgent: 'silent' });
  ada = await signUp(stack.url);
});

afterAll(() => stack.stop());

// That they are ended is in hostile-slowness.long.ts: Node looks for them every half minute.
it('three hundred clients who never end their headers keep nobody out', async () => {
  const half = upgradeText({ url: stack.url }).slice(0, -2);
  const slow = await Promise.all(Array.from({ length: SLOW_CLIENTS }, () => begin(stack.url, half)));
  const wire = await openWire({ url: stack.url, token: await ada.token() });
  expect(wire.events).toEqual(['established']);
  expect((await ada.call('/v1/threads')).status).toBe(200);
  wire.destroy();
  for (const socket of slow) socket.destroy();
});

it('a frame that trickles in is no sign of life: the connection ends when pings go unanswered', async () => {
  const wire = await openWire({ url: stack.url, token: await ada.token() });
  const frame = encodeWireFrame({ opcode: OPCODE.text, payload: Buffer.alloc(60_000, ' ') });
  await wire.write(frame.subarray(0, 100));
  stack.advance(LIMITS.heartbeatMs + 1);
  await wire.heard(3);
  await wire.write(frame.subarray(100, 200));
  stack.advance(LIMITS.pongTimeoutMs + 1);
  await wire.heard(4);
  expect(wire.events).toEqual(['established', 'answer(heartbeat)', 'ping()', 'close(3008 heartbeat_lost)']);
  wire.destroy();
});

it('megabytes behind a request that is refused are not kept, and the refusal arrives', async () => {
  const flood = Buffer.alloc(8 * 1024 * 1024, 'x');
  const request = upgradeText({ url: stack.url, headers: { Authorization: 'Bearer nonsense' } });
  const answer = await rawExchange(stack.url, Buffer.concat([Buffer.from(request), flood]));
  expect(answer.problem().code).toBe('token_malformed');
});

function begin(url: string, text: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text, () => resolve(socket)));
    socket.on('error', reject);
  });
}
