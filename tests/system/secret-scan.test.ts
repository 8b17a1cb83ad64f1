import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TokenResponse, tokenResponseSchema } from '@netra/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';
import { connectRaw } from '../kit/raw-socket.ts';
import { parseAnswer, rawUpgrade } from '../kit/raw-upgrade.ts';
import { createSecretLedger, type SecretLedger } from '../kit/secret-ledger.ts';

const password = 'correct horse battery scan';
const wrongPassword = 'incorrect horse battery scan';
const e2eKey = 'Zk3-vQ8_rT1xWm6LpB0sYd9HcE4uJf7N';
const jwtSecret = 'q7Jm-2WcXv9_Rk4TzHb6NyLd0FsGe8Pu';
const marker = 'periwinkle-armadillo-4711';

let ledger: SecretLedger;
let netra: NetraProcess;

beforeEach(() => {
  ledger = createSecretLedger();
  ledger.keep('the password', password);
  ledger.keep('a wrong password', wrongPassword);
  ledger.keep('the E2E key', e2eKey);
  ledger.keep('the JWT secret', jwtSecret);
  ledger.keep('the text of a message', marker);
});
afterEach(() => netra.dispose());

it.each([
  ['the key ring', {}],
  ['a shared secret', { JWT_SECRET_DEVELOPMENT: jwtSecret }],
])('with %s, no credential and no message text gets into a log or an error', async (_signer, chosen) => {
  const env = { LOG_LEVEL: 'trace', E2E_OAUTH_SIMULATION_KEY: e2eKey, ...chosen };
  netra = await startNetra({ env });
  const { encryptionKey, serviceSecret } = JSON.parse(
    await readFile(join(netra.dataDir, 'secrets.json'), 'utf8'),
  );
  ledger.keep('the encryption key', encryptionKey);
  ledger.keep('the service secret', serviceSecret);
  const linkToken = netra.signInLink.split('#')[1] ?? '';

  const sessionToken = await signUpAndIn();
  await redeemTwice(linkToken);
  const { access_token: token } = await takeToken('an access token', sessionToken);
  expect(algorithmOf(token)).toBe('JWT_SECRET_DEVELOPMENT' in env ? 'HS256' : 'ES256');
  await useApiKey(sessionToken);
  await useServiceToken(serviceSecret);
  await useE2eKey();
  await openByTicket(token);
  await talk(token, sessionToken);
  await showBadTokens(token);
  await sendBrokenBodies(token);
  await post('/auth/sign-out', {}, sessionToken);
  await post('/auth/token', {}, sessionToken);

  await netra.stop();
  const output = netra.output();
  // Nothing was held back, neither by the log's level nor by requests that went well against expectation.
  expect(output).toContain(' debug ');
  expect(ledger.texts.size).toBeGreaterThan(50);
  // The link of the banner is meant to be read, there and nowhere else.
  expect(output.split(linkToken)).toHaveLength(2);
  ledger.keep('the one-time link', linkToken);
  ledger.collect('the output', output.replace(netra.signInLink, ''));
  ledger.collect('postgres.log', await readFile(join(netra.dataDir, 'postgres.log'), 'utf8'));
  expect(ledger.leaks()).toEqual([]);
});

async function signUpAndIn(): Promise<string> {
  const account = { email: 'ada@example.com', password, name: 'Ada' };
  const signedUp = await post('/auth/sign-up/email', account);
  ledger.keep('the first session token', signedUp.headers.get('set-auth-token') ?? '');
  await post('/auth/sign-up/email', account);
  await post('/auth/sign-in/email', { ...account, password: wrongPassword });
  await post('/auth/sign-in/email', { email: 'nobody@example.com', password });
  const signedIn = await post('/auth/sign-in/email', account);
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  ledger.keep('the session cookie', cookie.slice(cookie.indexOf('=') + 1));
  return ledger.keep('the session token', signedIn.headers.get('set-auth-token') ?? '');
}

async function redeemTwice(linkToken: string): Promise<void> {
  const answer = await post('/auth/one-time-token/verify', { token: linkToken });
  expect(answer.status).toBe(200);
  ledger.keep("the operator's session token", answer.headers.get('set-auth-token') ?? '');
  expect((await post('/auth/one-time-token/verify', { token: linkToken })).status).toBe(401);
}

async function useApiKey(sessionToken: string): Promise<void> {
  const created = await post('/auth/api-keys', { name: 'pipeline' }, sessionToken);
  const { api_key: apiKey, key_id: keyId } = await created.json();
  ledger.keep('the API key', apiKey);
  const { access_token: token } = await takeToken('the access token of the API key', apiKey);
  expect((await get('/v1/threads', token)).status).toBe(200);
  await get('/v1/threads', apiKey);
  const revoked = await ledger.ask(`${netra.url}/auth/api-keys/${keyId}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${sessionToken}`, origin: netra.url },
  });
  expect(revoked.status).toBe(204);
  expect((await post('/auth/token', {}, apiKey)).status).toBe(401);
}

async function useServiceToken(serviceSecret: string): Promise<void> {
  const ask = (secret: string) => {
    const basic = ledger.keep(`basic ${secret.length}`, btoa(`netra-gateway:${secret}`));
    return ledger.ask(`${netra.url}/auth/service/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
    });
  };
  const answer = await ask(serviceSecret);
  expect(answer.status).toBe(200);
  const token = ledger.keepToken('the service token', (await answer.json()).access_token);
  expect((await get('/auth/service/users/nobody', token)).status).toBe(404);
  expect((await get('/v1/threads', token)).status).toBe(401);
  expect((await ask(ledger.keep('a wrong service secret', `${serviceSecret}wrong`))).status).toBe(401);
}

async function useE2eKey(): Promise<void> {
  const ask = (key: string) =>
    ledger.ask(`${netra.url}/auth/e2e/token`, {
      method: 'POST',
      headers: { 'X-E2E-Bypass-Key': key, 'content-type': 'application/json' },
      body: '{}',
    });
  // Nobody is seeded: the right key gets no token, but it is looked at.
  await ask(e2eKey);
  expect((await ask(ledger.keep('a wrong E2E key', e2eKey.toLowerCase()))).status).toBe(401);
}

async function openByTicket(token: string): Promise<void> {
  const { ticket } = await (await post('/v1/ws/ticket', {}, token)).json();
  ledger.keep('a ticket', ticket);
  const headers = { 'Sec-WebSocket-Protocol': `netra.v1, ticket.${ticket}`, Origin: netra.url };
  expect(await upgrade(headers)).toBe(101);
  expect(await upgrade(headers)).toBe(401);
  expect(await upgrade({ 'Sec-WebSocket-Protocol': `netra.v1, bearer.${token}` })).toBe(101);
  expect((await post('/v1/ws/ticket', { previous_ticket: ticket }, token)).status).toBe(401);
}

/** Messages with a marker, a tool, a renewal, and frames that are refused. */
async function talk(token: string, sessionToken: string): Promise<void> {
  const socket = await connectRaw(netra.url, token);
  socket.send({ type: 'user_message', id: 'scan_tool', text: `Who am I? ${marker}` });
  await socket.next('tool_completed');
  await socket.next('agent_completed');
  socket.send({ type: 'user_message', id: 'scan_nul', text: `Who am I? ${marker}\u0000` });
  socket.send({ type: 'user_message', id: 'scan_agent', text: marker, agent: marker });
  for (const id of ['scan_nul', 'scan_agent']) await socket.next('error', ({ ref }) => ref === id);
  const { access_token: fresh } = await takeToken('a renewed access token', sessionToken);
  socket.send({ type: 'renew_token', token: fresh });
  await socket.next('token_renewed');
  socket.send({ type: 'renew_token', id: 'scan_bad', token: forged(fresh) });
  await socket.next('error', ({ ref }) => ref === 'scan_bad');
  socket.close();
  await socket.closed;
  const errors = socket.frames.filter(({ type }) => type === 'error');
  ledger.collect('error frames', JSON.stringify(errors));
}

async function showBadTokens(token: string): Promise<void> {
  const bad = [
    forged(token),
    `${token}.a.b`,
    `${token}==`,
    `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${token.split('.')[1]}.`,
  ];
  for (const each of bad) {
    ledger.keep(`a bad token of ${each.length}`, each);
    for (const path of ['/v1/threads', '/auth/validate']) expect((await get(path, each)).status).toBe(401);
    expect(await upgrade({ Authorization: `Bearer ${each}` })).toBe(401);
  }
  // Where a token does not belong.
  expect(await upgrade({}, `/ws?token=${token}`)).toBe(400);
  expect(await upgrade({ Authorization: `Bearer ${token}`, Origin: 'https://evil.example' })).toBe(403);
  expect((await get(`/nowhere/${token}`, token)).status).toBe(404);
  expect((await get(`/v1/threads/${token}`, token)).status).toBe(404);
  expect((await get(`/v1/threads?access_token=${token}`, token)).status).toBe(400);
  expect((await get(`/auth/nowhere/${token}`, token)).status).toBe(404);
  expect((await get(`/auth/validate?access_token=${token}`, token)).status).toBe(400);
}

/** A parser's own message quotes what it could not read. */
async function sendBrokenBodies(token: string): Promise<void> {
  const broken = async (path: string, body: string): Promise<void> => {
    const answer = await ledger.ask(netra.url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: netra.url,
        authorization: `Bearer ${token}`,
      },
      body,
    });
    expect([path, answer.ok]).toEqual([path, false]);
  };
  await broken('/auth/sign-in/email', `{"email":"ada@example.com","password":"${password}`);
  await broken('/auth/sign-in/email', `{"email":7,"password":["${password}"]}`);
  await broken('/auth/one-time-token/verify', `{"token":["${password}"]}`);
  await broken('/auth/service/token', `{"client_secret":"${password}`);
  await broken('/v1/threads', `{"title":"${marker}`);
  await broken('/v1/ws/ticket', `{"previous_ticket":"${marker}`);
  const { thread_id: threadId } = await (await post('/v1/threads', {}, token)).json();
  await broken(`/v1/threads/${threadId}/runs`, `{"text":"${marker}`);
  await broken(`/v1/threads/${threadId}/runs`, `{"text":["${marker}"]}`);
}

async function takeToken(name: string, bearer: string): Promise<TokenResponse> {
  const taken = tokenResponseSchema.parse(await (await post('/auth/token', {}, bearer)).json());
  ledger.keepToken(name, taken.access_token);
  return taken;
}

function post(path: string, body: unknown, bearer?: string): Promise<Response> {
  const authorization: Record<string, string> =
    bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  return ledger.ask(netra.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: netra.url, ...authorization },
    body: JSON.stringify(body),
  });
}

function get(path: string, bearer: string): Promise<Response> {
  return ledger.ask(netra.url + path, { headers: { authorization: `Bearer ${bearer}` } });
}

async function upgrade(headers: Record<string, string>, path?: string): Promise<number> {
  const text = await rawUpgrade(netra.url, headers, path);
  const { status } = parseAnswer(text);
  if (status !== 101) ledger.collect(`${status} of an upgrade`, text);
  return status;
}

function algorithmOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).alg;
}

function forged(token: string): string {
  const [header, claims, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  return `${header}.${claims}.${bytes.toString('base64url')}`;
}
