import { agentFromRun } from '@netra/agent';
import { REASONS, type ReasonCode } from '@netra/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, signUp } from '../kit/person.ts';
import { rawExchange, upgradeText } from '../kit/raw-exchange.ts';
import { type Stack, startStack } from '../kit/stack.ts';
import { encodeWireFrame, OPCODE } from '../kit/wire-frame.ts';
import { openWire } from '../kit/wire-socket.ts';

let stack: Stack;
let ada: Person;
let token: string;

beforeAll(async () => {
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  stack = await startStack({ agents: () => [silent], defaultAgent: 'silent' });
  ada = await signUp(stack.url);
  token = await ada.token();
});

afterAll(() => stack.stop());

/** A good upgrade with a good token, in which one thing is wrong. `HOST` is the right host. */
interface Trick {
  readonly headers?: Record<string, string | readonly string[] | undefined>;
  readonly requestLine?: string;
  /** Changes the finished text. */
  readonly change?: (text: string) => string;
  readonly code: ReasonCode;
}

const TRICKS: Record<string, Trick> = {
  'no Host': { headers: { Host: undefined }, code: 'request_malformed' },
  'two Hosts': { headers: { Host: ['localhost', 'localhost'] }, code: 'request_malformed' },
  'two different Hosts': { headers: { Host: ['localhost', 'evil.example'] }, code: 'request_malformed' },
  'an empty Host': { headers: { Host: '' }, code: 'request_malformed' },
  'a foreign Host': { headers: { Host: 'evil.example' }, code: 'request_malformed' },
  'a Host with credentials': { headers: { Host: 'localhost@evil.example' }, code: 'request_malformed' },
  'a Host with a path': { headers: { Host: 'localhost/evil' }, code: 'request_malformed' },
  'two Origins': { headers: { Origin: ['http://HOST', 'http://HOST'] }, code: 'origin_not_allowed' },
  'a good Origin and a bad one': {
    headers: { Origin: ['http://HOST', 'https://evil.example'] },
    code: 'origin_not_allowed',
  },
  'two Origins in one line': {
    headers: { Origin: 'http://HOST, https://evil.example' },
    code: 'origin_not_allowed',
  },
  'an Origin that only begins like the right one': {
    headers: { Origin: 'http://HOST.evil.example' },
    code: 'origin_not_allowed',
  },
  'two credentials of one kind': {
    headers: { Authorization: ['Bearer TOKEN', 'Bearer TOKEN'] },
    code: 'credential_ambiguous',
  },
  'Transfer-Encoding and Content-Length': {
    headers: { 'Transfer-Encoding': 'chunked', 'Content-Length': '5' },
    code: 'request_malformed',
  },
  'two Content-Lengths': { headers: { 'Content-Length': ['0', '5'] }, code: 'request_malformed' },
  'a Content-Length that is no number': { headers: { 'Content-Length': 'five' }, code: 'request_malformed' },
  'a negative Content-Length': { headers: { 'Content-Length': '-1' }, code: 'request_malformed' },
  'Transfer-Encoding twice': {
    headers: { 'Transfer-Encoding': 'identity, chunked, identity' },
    code: 'request_malformed',
  },
  'an absolute target at a foreign host': {
    requestLine: 'GET http://evil.example/ws HTTP/1.1',
    code: 'route_unknown',
  },
  'a target with two slashes': { requestLine: 'GET //ws HTTP/1.1', code: 'route_unknown' },
  'a target with dots': { requestLine: 'GET /x/../ws HTTP/1.1', code: 'route_unknown' },
  'an encoded target': { requestLine: 'GET /%77s HTTP/1.1', code: 'route_unknown' },
  'a target with an encoded NUL': { requestLine: 'GET /ws%00 HTTP/1.1', code: 'route_unknown' },
  'the target *': { requestLine: 'OPTIONS * HTTP/1.1', code: 'route_unknown' },
  'HTTP/2.0': { requestLine: 'GET /ws HTTP/2.0', code: 'request_malformed' },
  'HTTP/1.0, in which an upgrade must be ignored': {
    requestLine: 'GET /ws HTTP/1.0',
    code: 'upgrade_missing',
  },
  'no version': { requestLine: 'GET /ws', code: 'request_malformed' },
  'a method that nobody knows': { requestLine: 'GETS /ws HTTP/1.1', code: 'request_malformed' },
  'a fragment in the target': { requestLine: 'GET /ws#a HTTP/1.1', code: 'route_unknown' },
  'lines that end in LF only': { change: (text) => text.replaceAll('\r\n', '\n'), code: 'request_malformed' },
  'one line that ends in LF only': {
    change: (text) => text.replace('13\r\n', '13\nX-Smuggled: 1\r\n'),
    code: 'request_malformed',
  },
  'a lone CR in a value': { headers: { 'X-Value': 'a\rb' }, code: 'request_malformed' },
  'a NUL in a value': { headers: { 'X-Value': 'a\0b' }, code: 'request_malformed' },
  'a NUL in a name': { headers: { 'X-\0Value': 'a' }, code: 'request_malformed' },
  'a NUL in the target': { requestLine: 'GET /ws\0 HTTP/1.1', code: 'request_malformed' },
  'a space before the colon': {
    change: (text) => text.replace('Upgrade: websocket', 'Upgrade : websocket'),
    code: 'request_malformed',
  },
  'a folded header (obs-fold)': { headers: { 'X-Value': 'a\r\n b' }, code: 'request_malformed' },
  'a header without a colon': {
    change: (text) => text.replace('\r\n', '\r\nnonsense\r\n'),
    code: 'request_malformed',
  },
  'a header without a name': {
    change: (text) => text.replace('\r\n', '\r\n: a\r\n'),
    code: 'request_malformed',
  },
  'a header of 40 KB': { headers: { 'X-Value': 'x'.repeat(40_000) }, code: 'headers_too_large' },
  'three thousand headers': {
    headers: { 'X-Value': Array.from({ length: 3_000 }, (_, index) => `a value ${index}`) },
    code: 'headers_too_large',
  },
  'a target of 40 KB': { requestLine: `GET /ws?${'x'.repeat(40_000)} HTTP/1.1`, code: 'headers_too_large' },
  'a TLS greeting': {
    change: () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    code: 'request_malformed',
  },
  'an HTTP/2 preface': { change: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', code: 'request_malformed' },
};

describe('a request with a good token and a trick is refused with a problem', () => {
  it.each(Object.entries(TRICKS))('%s', async (_what, { headers = {}, requestLine, change, code }) => {
    const text = upgradeText({
      url: stack.url,
      headers: { Authorization: 'Bearer TOKEN', ...headers },
      ...(requestLine !== undefined && { requestLine }),
    });
    const whole = (change ?? same)(text).replaceAll('TOKEN', token).replaceAll('HOST', hostOf(stack.url));
    const answer = await rawExchange(stack.url, whole);
    expect(answer.problem().code).toBe(code);
    expect(answer.status).toBe(REASONS[code].http);
  });
});

describe('what comes behind an upgrade request', () => {
  it('is no second request when the first is refused', async () => {
    const refused = upgradeText({ url: stack.url, headers: { Authorization: 'Bearer nonsense' } });
    const answer = await rawExchange(stack.url, refused + upgradeText({ url: stack.url }));
    expect(answer.problem().code).toBe('token_malformed');
    expect(answer.headers.get('connection')).toBe('close');
    expect(answer.body).not.toContain('HTTP/1.1');
  });

  it('is frames when it is accepted, in order and none lost', async () => {
    const ping = (id: string) =>
      encodeWireFrame({ opcode: OPCODE.text, payload: Buffer.from(`{"type":"ping","id":"${id}"}`) });
    const wire = await openWire({ url: stack.url, token, early: ping('early') });
    await wire.write(ping('late'));
    await wire.heard(3);
    expect(wire.events).toEqual(['established', 'answer(pong early)', 'answer(pong late)']);
    wire.destroy();
  });
});

it('the server still answers an honest client', async () => {
  expect((await ada.call('/v1/threads')).status).toBe(200);
});

function same(text: string): string {
  return text;
}

function hostOf(url: string): string {
  return new URL(url).host;
}
