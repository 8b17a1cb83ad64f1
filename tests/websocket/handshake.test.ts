import { createHash } from 'node:crypto';
import { agentFromRun } from '@netra/agent';
import { REASONS, type ReasonCode } from '@netra/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, signUp } from '../kit/person.ts';
import { rawExchange, upgradeText } from '../kit/raw-exchange.ts';
import { type Stack, startStack } from '../kit/stack.ts';

type Headers = Record<string, string | readonly string[] | undefined>;

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

let stack: Stack;
let ada: Person;

beforeAll(async () => {
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  stack = await startStack({ agents: () => [silent], defaultAgent: 'silent' });
  ada = await signUp(stack.url);
});

afterAll(() => stack.stop());

/** With a good token, and what else the case says; TOKEN stands for the token. */
async function ask(changes: Headers, requestLine?: string) {
  const token = await ada.token();
  const withToken = (value: string) => value.replace('TOKEN', token);
  const all: Headers = { Authorization: 'Bearer TOKEN', ...changes };
  const headers = Object.fromEntries(
    Object.entries(all).map(([name, value]) => {
      if (value === undefined) return [name, undefined];
      return [name, typeof value === 'string' ? withToken(value) : value.map(withToken)];
    }),
  );
  const line = requestLine === undefined ? {} : { requestLine };
  return rawExchange(stack.url, upgradeText({ url: stack.url, headers, ...line }));
}

/** RFC 6455 §4.2.1 and RFC 9110: spellings that mean the same. */
const ACCEPTED: Record<string, Headers> = {
  'the usual request': {},
  'Connection: keep-alive, Upgrade (Firefox)': { Connection: 'keep-alive, Upgrade' },
  'Connection in another case': { Connection: 'upgrade' },
  'Connection in two lines': { Connection: ['keep-alive', 'Upgrade'] },
  'Upgrade in another case': { Upgrade: 'WebSocket' },
  'header names in another case': {
    'Sec-WebSocket-Key': undefined,
    'sec-websocket-KEY': KEY,
    'Sec-WebSocket-Version': undefined,
    'SEC-WEBSOCKET-VERSION': '13',
  },
  'white space around values': { Upgrade: '  websocket\t', 'Sec-WebSocket-Version': ' 13 ' },
  'the scheme of the credential in another case': { Authorization: 'bEARER TOKEN' },
  'an offer of compression, which is not taken': {
    'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
  },
  'an offer of an unknown extension': { 'Sec-WebSocket-Extensions': 'x-unheard-of; a=1' },
  cookies: { Cookie: 'session=not-a-credential-here' },
  'a header that nobody knows': { 'X-Unheard-Of': 'value' },
};

describe('an upgrade that RFC 6455 allows is accepted', () => {
  it.each(Object.entries(ACCEPTED))('%s', async (_what, headers) => {
    const { status, headers: answered } = await ask(headers);
    expect(status).toBe(101);
    expect(answered.get('upgrade')?.toLowerCase()).toBe('websocket');
    expect(answered.get('connection')?.toLowerCase()).toBe('upgrade');
    expect(answered.get('sec-websocket-extensions')).toBeUndefined();
    expect(answered.get('sec-websocket-protocol')).toBeUndefined();
  });

  it('the key is answered as §1.3 computes it', async () => {
    const { headers } = await ask({});
    expect(headers.get('sec-websocket-accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    const other = Buffer.alloc(16, 7).toString('base64');
    const accept = createHash('sha1').update(`${other}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    expect((await ask({ 'Sec-WebSocket-Key': other })).headers.get('sec-websocket-accept')).toBe(accept);
  });
});

/** RFC 6455 §4.1 step 10, and our rule that `netra.v1` is the only one that is echoed. */
const SUBPROTOCOLS: Record<string, { offered: string | readonly string[]; token?: 'bearer' }> = {
  alone: { offered: 'netra.v1' },
  'among others': { offered: 'soap, netra.v1, wamp' },
  'in a list without spaces': { offered: 'soap,netra.v1' },
  'in the second of two lines': { offered: ['soap', 'netra.v1'] },
  'with a token beside it': { offered: 'netra.v1, bearer.TOKEN', token: 'bearer' },
  'with a token before it': { offered: 'bearer.TOKEN, netra.v1', token: 'bearer' },
  'with a token in a line of its own': { offered: ['netra.v1', 'bearer.TOKEN'], token: 'bearer' },
};

describe('netra.v1 is echoed, and nothing else that was offered', () => {
  it.each(Object.entries(SUBPROTOCOLS))('%s', async (_what, { offered, token }) => {
    const answer = await ask({
      'Sec-WebSocket-Protocol': offered,
      ...(token && { Authorization: undefined }),
    });
    expect(answer.status).toBe(101);
    expect(answer.headers.get('sec-websocket-protocol')).toBe('netra.v1');
    expect(JSON.stringify([...answer.headers])).not.toContain(await ada.token());
  });
});

const REFUSED: Record<string, { headers: Headers; code: ReasonCode; requestLine?: string }> = {
  'no Upgrade': { headers: { Upgrade: undefined }, code: 'upgrade_missing' },
  'no Connection': { headers: { Connection: undefined }, code: 'upgrade_missing' },
  'Connection without Upgrade': { headers: { Connection: 'keep-alive' }, code: 'upgrade_missing' },
  'another protocol': { headers: { Upgrade: 'h2c' }, code: 'upgrade_missing' },
  'several protocols': { headers: { Upgrade: 'h2c, websocket' }, code: 'upgrade_missing' },
  'no version': { headers: { 'Sec-WebSocket-Version': undefined }, code: 'upgrade_missing' },
  'an old version': { headers: { 'Sec-WebSocket-Version': '8' }, code: 'upgrade_missing' },
  'a version to come': { headers: { 'Sec-WebSocket-Version': '14' }, code: 'upgrade_missing' },
  'a version that is nearly right': { headers: { 'Sec-WebSocket-Version': '013' }, code: 'upgrade_missing' },
  'two versions': { headers: { 'Sec-WebSocket-Version': ['8', '13'] }, code: 'upgrade_missing' },
  'no key': { headers: { 'Sec-WebSocket-Key': undefined }, code: 'request_malformed' },
  'an empty key': { headers: { 'Sec-WebSocket-Key': '' }, code: 'request_malformed' },
  'a short key': { headers: { 'Sec-WebSocket-Key': 'AAAA' }, code: 'request_malformed' },
  'a long key': {
    headers: { 'Sec-WebSocket-Key': Buffer.alloc(17).toString('base64') },
    code: 'request_malformed',
  },
  'a key that is no base64': {
    headers: { 'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!==' },
    code: 'request_malformed',
  },
  'two keys': { headers: { 'Sec-WebSocket-Key': [KEY, KEY] }, code: 'request_malformed' },
  'a POST': { headers: {}, requestLine: 'POST /ws HTTP/1.1', code: 'method_not_allowed' },
  'a DELETE': { headers: {}, requestLine: 'DELETE /ws HTTP/1.1', code: 'method_not_allowed' },
  'another path': { headers: {}, requestLine: 'GET /wss HTTP/1.1', code: 'route_unknown' },
  'a path below': { headers: {}, requestLine: 'GET /ws/ HTTP/1.1', code: 'route_unknown' },
  'another subprotocol': {
    headers: { 'Sec-WebSocket-Protocol': 'soap' },
    code: 'subprotocol_unsupported',
  },
  'netra.v1 twice': {
    headers: { 'Sec-WebSocket-Protocol': 'netra.v1, netra.v1' },
    code: 'subprotocol_unsupported',
  },
  'netra.v1 twice, in two lines': {
    headers: { 'Sec-WebSocket-Protocol': ['netra.v1', 'netra.v1'] },
    code: 'subprotocol_unsupported',
  },
  'netra.v1 in another case': {
    headers: { 'Sec-WebSocket-Protocol': 'NETRA.V1' },
    code: 'subprotocol_unsupported',
  },
  'an empty subprotocol': {
    headers: { 'Sec-WebSocket-Protocol': '' },
    code: 'subprotocol_unsupported',
  },
  'a list that ends in a comma': {
    headers: { 'Sec-WebSocket-Protocol': 'netra.v1,' },
    code: 'subprotocol_unsupported',
  },
  'a subprotocol that is no token': {
    headers: { 'Sec-WebSocket-Protocol': 'netra.v1, a b' },
    code: 'subprotocol_unsupported',
  },
  'a foreign origin': { headers: { Origin: 'https://evil.example' }, code: 'origin_not_allowed' },
  'the origin null': { headers: { Origin: 'null' }, code: 'origin_not_allowed' },
  'an empty origin': { headers: { Origin: '' }, code: 'origin_not_allowed' },
};

describe('an upgrade that is not one is refused with a problem, even with a good token', () => {
  it.each(Object.entries(REFUSED))('%s', async (_what, { headers, code, requestLine }) => {
    const answer = await ask(headers, requestLine);
    expect(answer.problem()).toMatchObject({ code, status: REASONS[code].http });
    expect(answer.status).toBe(REASONS[code].http);
    // RFC 9110 §15.5.6; the reason's fix points at it.
    if (answer.status === 405) expect(answer.headers.get('allow')).toBe('GET');
    if (answer.status !== 426) return;
    // RFC 6455 §4.4 and RFC 9110 §15.5.22.
    expect(answer.headers.get('sec-websocket-version')).toBe('13');
    expect(answer.headers.get('upgrade')).toBe('websocket');
  });
});
