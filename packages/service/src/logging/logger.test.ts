import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

const secret = 'c2VjcmV0LXZhbHVlLXRoYXQtbXVzdC1uZXZlci1zaG93';
const jwt = `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIx${secret}.${secret}`;

function logged(write: (log: ReturnType<typeof createLogger>) => void, pretty = false): string {
  const lines: string[] = [];
  write(createLogger({ level: 'trace', pretty, destination: { write: (line) => lines.push(line) } }));
  return lines.join('');
}

test.each([
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'sec-websocket-protocol',
  'token',
  'access_token',
  'accessToken',
  'ticket',
  'previous_ticket',
  'secret',
  'service_secret',
  'password',
  'newPassword',
  'text',
  'delta',
  'apiKey',
  'openaiApiKey',
  'encryptionKey',
  'DATABASE_URL',
  'arguments',
  'result',
  'session_token',
])('hides %s at any depth, also in children', (name) => {
  const fields = { [name]: secret, headers: { [name]: secret }, list: [{ deep: { [name]: [secret] } }] };
  const output = logged((log) => {
    log.info(fields, 'said');
    log.child(fields).warn('said too');
  });
  expect(output).not.toContain(secret);
  expect(output.match(/redacted/g)?.length).toBeGreaterThanOrEqual(6);
}); // prettier-ignore

test.each([
  ['a JWT', jwt],
  ['a bearer', `Bearer ${secret}`],
  ['a ticket carrier', `netra.v1, ticket.${secret}`],
  ['a password in a URL', `postgres://netra:${secret}@db:5432/netra`],
  ['a sign-in link', `http://localhost:8080/sign-in/link#${secret}`],
  ['a token in a query', `/ws?a=1&token=${secret}`],
])('hides %s inside any text, message or error', (_kind, value) => {
  const output = logged((log) => {
    log.info({ url: value }, 'in a field');
    log.info(`in the message: ${value}`);
    log.error({ err: new Error(`in an error: ${value}`, { cause: new Error(value) }) }, 'failed');
    log.error(new Error(value));
  });
  expect(output).not.toContain(secret);
});

test('keeps what operators look for', () => {
  const output = logged((log) =>
    log.info(
      { attempt_id: 'att_1', code: 'token_expired', tokens: 12, hasToken: true, at: new Date(0) },
      'refused',
    ),
  );
  expect(JSON.parse(output)).toMatchObject({
    level: 'info',
    msg: 'refused',
    attempt_id: 'att_1',
    code: 'token_expired',
    tokens: 12,
    hasToken: true,
    at: '1970-01-01T00:00:00.000Z',
  });
});

test('survives what cannot be written as JSON', () => {
  const loop: Record<string, unknown> = { count: 10n };
  loop.self = loop;
  expect(() => logged((log) => log.info(loop, 'odd'))).not.toThrow();
});

test('writes one short line for people, with the stack of an error below', () => {
  const output = logged((log) => {
    log.info({ port: 8080, password: secret }, 'listening');
    log.error({ err: new Error('broken') }, 'failed');
  }, true);
  expect(output).toMatch(/^\d\d:\d\d:\d\d .*info.* listening port=8080 password=\[redacted\]\n/);
  expect(output).toContain('failed\n    Error: broken\n        at ');
});
