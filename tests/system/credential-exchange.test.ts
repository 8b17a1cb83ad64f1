import { agentFromRun } from '@netra/agent';
import { createdApiKeySchema, problemSchema } from '@netra/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, openAccount, postJson } from '../kit/account.ts';
import { everywhere, verdictsOf } from '../kit/doors.ts';
import { postAndLoseAnswer } from '../kit/lost-answer.ts';
import { connectRaw } from '../kit/raw-socket.ts';
import { parseAnswer, rawUpgrade } from '../kit/raw-upgrade.ts';
import { type Stack, startStack } from '../kit/stack.ts';

const AT_ONCE = 50;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let stack: Stack;
let account: Account;

beforeAll(async () => {
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  stack = await startStack({ agents: () => [silent], defaultAgent: 'silent' });
  account = await openAccount(stack.url);
});
afterAll(() => stack.stop());

describe('what may be used again gives each of fifty callers at once a token of their own, good at every door', () => {
  it('a session', async () => {
    await expectTokens(await atOnce(account.exchange));
  });

  it('an API key', async () => {
    const apiKey = await createApiKey();
    const taken = await atOnce(() => postJson(`${stack.url}/auth/token`, {}, apiKey));
    await expectTokens(await Promise.all(taken.map((answer) => answer.json())));
  });
});

describe('what may be used once is given to exactly one of fifty callers at once', () => {
  it('a one-time link, whose session then works', async () => {
    const token = await createLinkToken();
    const answers = await atOnce(() => redeem(token));
    expect(tally(await Promise.all(answers.map(codeOf)))).toEqual({ ok: 1, credential_missing: AT_ONCE - 1 });
    const winner = answers.find(({ ok }) => ok)?.headers.get('set-auth-token') ?? '';
    expect((await postJson(`${stack.url}/auth/token`, {}, winner)).status).toBe(200);
  });

  it('a ticket', async () => {
    const ticket = await takeTicket();
    const codes = await atOnce(() => useTicket(ticket));
    expect(tally(codes)).toEqual({ ok: 1, ticket_used: AT_ONCE - 1 });
  });
});

describe('a caller whose answer was lost', () => {
  it('asks for a token of its session again, and gets one', async () => {
    await lose('/auth/token', {}, account.sessionToken);
    const { access_token: token } = await account.exchange();
    expect(await verdictsOf(stack.url, `Bearer ${token}`)).toEqual(everywhere('ok'));
  });

  it('asks for a token of its API key again, and gets one', async () => {
    const apiKey = await createApiKey();
    await lose('/auth/token', {}, apiKey);
    expect((await postJson(`${stack.url}/auth/token`, {}, apiKey)).status).toBe(200);
  });

  it('signs in again by its password', async () => {
    const { email, password } = account;
    await lose('/auth/sign-in/email', { email, password });
    expect((await postJson(`${stack.url}/auth/sign-in/email`, { email, password })).status).toBe(200);
  });

  it('cannot redeem a one-time link again, and a new one works', async () => {
    const token = await createLinkToken();
    await lose('/auth/one-time-token/verify', { token });
    expect(await codeOf(await redeem(token))).toBe('credential_missing');
    expect(await codeOf(await redeem(await createLinkToken()))).toBe('ok');
  });

  it('takes another ticket; the lost one harms nobody', async () => {
    await lose('/v1/ws/ticket', {}, (await account.exchange()).access_token);
    expect(await useTicket(await takeTicket())).toBe('ok');
  });

  it('is told by its next ticket that the ticket of a lost upgrade was used', async () => {
    const ticket = await takeTicket();
    expect(await useTicket(ticket)).toBe('ok');
    expect(await useTicket(ticket)).toBe('ticket_used');
    const { access_token: token } = await account.exchange();
    const answer = await postJson(`${stack.url}/v1/ws/ticket`, { previous_ticket: ticket }, token);
    expect(await codeOf(answer)).toBe('ticket_used');
    expect(await useTicket(await takeTicket())).toBe('ok');
  });

  it('renews a socket with the same token again, as often as it likes', async () => {
    const { access_token: first } = await account.exchange();
    const { access_token: second, token_expires_at: expiresAt } = await account.exchange();
    const socket = await connectRaw(stack.url, first);
    for (let count = 0; count < AT_ONCE; count++) socket.send({ type: 'renew_token', token: second });
    socket.send({ type: 'ping', id: 'last' });
    await socket.next('pong');
    const renewals = socket.frames.flatMap((frame) => (frame.type === 'token_renewed' ? [frame] : []));
    expect(renewals.map((frame) => frame.token_expires_at)).toEqual(Array(AT_ONCE).fill(expiresAt));
    socket.close();
  });
});

it('a client secret may be exchanged by fifty callers at once, and again', async () => {
  const credentials = btoa('netra-gateway:a secret for tests, long enough to pass');
  const exchange = () =>
    fetch(`${stack.url}/auth/service/token`, {
      method: 'POST',
      headers: { ...FORM, authorization: `Basic ${credentials}` },
      body: 'grant_type=client_credentials',
    });
  const answers = await atOnce(exchange);
  const tokens = await Promise.all(answers.map(async (answer) => (await answer.json()).access_token));
  expect(new Set(tokens).size).toBe(AT_ONCE);
  expect((await exchange()).status).toBe(200);
});

function atOnce<T>(use: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: AT_ONCE }, use));
}

async function expectTokens(taken: readonly { access_token: string }[]): Promise<void> {
  const tokens = taken.map(({ access_token: token }) => token);
  expect(new Set(tokens).size).toBe(AT_ONCE);
  const verdicts = await Promise.all(tokens.map((token) => verdictsOf(stack.url, `Bearer ${token}`)));
  for (const verdict of verdicts) expect(verdict).toEqual(everywhere('ok'));
}

function lose(path: string, body: unknown, bearer?: string): Promise<void> {
  const headers: Record<string, string> = bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` };
  return postAndLoseAnswer(stack.url + path, body, headers);
}

async function createApiKey(): Promise<string> {
  const created = await postJson(`${stack.url}/auth/api-keys`, { name: 'pipeline' }, account.sessionToken);
  return createdApiKeySchema.parse(await created.json()).api_key;
}

async function createLinkToken(): Promise<string> {
  const user = { email: 'operator@example.com', name: 'Operator', roles: ['operator'] as const };
  return new URL((await stack.auth.createSignInLink(user)).url).hash.slice(1);
}

function redeem(token: string): Promise<Response> {
  return postJson(`${stack.url}/auth/one-time-token/verify`, { token });
}

async function takeTicket(): Promise<string> {
  const { access_token: token } = await account.exchange();
  return (await (await postJson(`${stack.url}/v1/ws/ticket`, {}, token)).json()).ticket;
}

async function useTicket(ticket: string): Promise<string> {
  const headers = { 'Sec-WebSocket-Protocol': `netra.v1, ticket.${ticket}`, Origin: stack.url };
  const { status, body } = parseAnswer(await rawUpgrade(stack.url, headers));
  return status === 101 ? 'ok' : problemSchema.parse(JSON.parse(body)).code;
}

async function codeOf(answer: Response): Promise<string> {
  return answer.ok ? 'ok' : problemSchema.parse(await answer.clone().json()).code;
}

function tally(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
