import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLifecycle, createLogger, loadConfig } from '@netra/service';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Front, openFront } from './front.ts';

const log = createLogger({ level: 'silent' });
let front: Front;

beforeEach(async () => {
  const loaded = loadConfig({ PORT: '0' }, { role: 'up' });
  if (!loaded.ok) throw new Error('the defaults are a valid configuration');
  front = await openFront({
    config: loaded.config,
    log,
    stepLog: log,
    lifecycle: createLifecycle({ log }),
    progress: () => undefined,
    fail: () => undefined,
  });
});
afterEach(() => front.close());

const ask = (origin: string, init: { method?: string; headers?: Record<string, string> } = {}) =>
  fetch(`http://127.0.0.1:${front.config.port}/v1/threads`, {
    ...init,
    headers: { origin, ...init.headers },
  });

test('a page of an allowed origin can read that the server is starting', async () => {
  const answer = await ask(front.config.publicUrl);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('access-control-allow-origin')).toBe(front.config.publicUrl);
  expect(answer.headers.get('access-control-expose-headers')).toContain('Retry-After');
  const type = `${front.config.publicUrl}/reasons/draining`;
  expect(await answer.json()).toMatchObject({ type, code: 'draining', detail: 'The server is starting.' });
});

test('a preflight of an allowed origin passes, so that the page reads the answer to its request', async () => {
  const headers = {
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'authorization',
  };
  const answer = await ask(front.config.publicUrl, { method: 'OPTIONS', headers });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('access-control-allow-methods')).toBe('PATCH');
  expect(answer.headers.get('access-control-allow-headers')).toBe('authorization');
  expect((await ask('https://evil.example', { method: 'OPTIONS', headers })).status).toBe(503);
});

test('a page of another origin cannot', async () => {
  const answer = await ask('https://evil.example');
  expect(answer.status).toBe(503);
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  expect(answer.headers.get('vary')).toBe('Origin');
});

test('an upgrade during the start is refused with the reason, and the socket ends', async () => {
  const socket = connect(front.config.port, '127.0.0.1');
  socket.write('GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n');
  socket.write(`Origin: ${front.config.publicUrl}\r\n\r\n`);
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1.1 503 /);
  expect(answer).toContain('"code":"draining"');
  expect(answer).toContain(`Access-Control-Allow-Origin: ${front.config.publicUrl}`);
});
