import { agentFromRun } from '@netra/agent';
import { LIMITS, PROBLEM_MEDIA_TYPE, problemSchema } from '@netra/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, signUp } from '../kit/person.ts';
import { parseAnswer, rawUpgrade } from '../kit/raw-upgrade.ts';
import { type Stack, startStack } from '../kit/stack.ts';

let stack: Stack;
let ada: Person;

beforeAll(async () => {
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  stack = await startStack({ agents: () => [silent], defaultAgent: 'silent' });
  ada = await signUp(stack.url);
});

afterAll(() => stack.stop());

/** How each token is made from a good one, and the code that it must get everywhere. */
const TOKENS: Record<string, { change: (token: string) => string; code: string }> = {
  'a word': { change: () => 'hello', code: 'token_malformed' },
  'two parts': { change: (token) => token.split('.').slice(0, 2).join('.'), code: 'token_malformed' },
  'five parts': { change: (token) => `${token}.a.b`, code: 'token_malformed' },
  padding: { change: (token) => `${token}==`, code: 'token_malformed' },
  'another payload': {
    change: (token) => replacePart(token, 1, { sub: 'somebody else' }),
    code: 'token_signature_invalid',
  },
  'another signature': { change: (token) => flipSignature(token), code: 'token_signature_invalid' },
  'no algorithm': {
    change: (token) => replacePart(token, 0, { alg: 'none' }),
    code: 'token_algorithm_refused',
  },
  'a key that nobody has': {
    change: (token) => replacePart(token, 0, { kid: 'unheard-of' }),
    code: 'token_key_unknown',
  },
  'another type': { change: (token) => replacePart(token, 0, { typ: 'JWT' }), code: 'token_type_wrong' },
  'more than 8 KiB': { change: (token) => token + 'a'.repeat(LIMITS.maxTokenBytes), code: 'token_too_large' },
};

describe('a bad token gets the same code at every door', () => {
  it.each(Object.entries(TOKENS))('%s', async (_name, { change, code }) => {
    const token = change(await ada.token());
    expect(await codesOf(`Bearer ${token}`)).toEqual({
      ws: code,
      ticket: code,
      validate: code,
      threads: code,
    });
  });

  it('none at all', async () => {
    const code = 'credential_missing';
    expect(await codesOf(undefined)).toEqual({ ws: code, ticket: code, validate: code, threads: code });
  });

  it('one that has expired', async () => {
    const token = await ada.token();
    stack.advance(LIMITS.accessTokenLifeMs + LIMITS.tokenSkewMs + 1_000);
    const code = 'token_expired';
    expect(await codesOf(`Bearer ${token}`)).toEqual({
      ws: code,
      ticket: code,
      validate: code,
      threads: code,
    });
  });
});

describe('a refused upgrade', () => {
  it('is 401 problem+json with an attempt id, and not one byte of 101', async () => {
    const text = await rawUpgrade(stack.url, { Authorization: 'Bearer nonsense' });
    expect(text).not.toContain('101');
    const { status, headers, body } = parseAnswer(text);
    const problem = problemSchema.parse(JSON.parse(body));
    expect(status).toBe(401);
    expect(headers.get('content-type')).toContain(PROBLEM_MEDIA_TYPE);
    expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(headers.get('netra-attempt-id')).toBe(problem.attempt_id);
    expect(body).not.toContain('nonsense');
  });

  it('can be looked up by its attempt id, and tells nothing about the user', async () => {
    const { headers } = parseAnswer(await rawUpgrade(stack.url, { Authorization: 'Bearer nonsense' }));
    const answer = await fetch(`${stack.url}/v1/attempts/${headers.get('netra-attempt-id')}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ code: 'token_malformed' });
  });

  it('does not believe an origin that is not on the list', async () => {
    const authorization = `Bearer ${await freshToken()}`;
    const text = await rawUpgrade(stack.url, {
      Authorization: authorization,
      Origin: 'https://evil.example',
    });
    const { status, body } = parseAnswer(text);
    expect([status, JSON.parse(body).code]).toEqual([403, 'origin_not_allowed']);
  });

  it('refuses a token in the URL, even a good one', async () => {
    const text = await rawUpgrade(stack.url, {}, `/ws?token=${await freshToken()}`);
    expect(JSON.parse(parseAnswer(text).body).code).toBe('credential_in_url');
  });

  it('refuses two credentials', async () => {
    const token = await freshToken();
    const text = await rawUpgrade(stack.url, {
      Authorization: `Bearer ${token}`,
      'Sec-WebSocket-Protocol': `netra.v1, bearer.${token}`,
    });
    expect(JSON.parse(parseAnswer(text).body).code).toBe('credential_ambiguous');
  });

  it('answers a plain GET with upgrade_missing', async () => {
    const answer = await fetch(`${stack.url}/ws`);
    expect(answer.status).toBe(426);
    expect(await answer.json()).toMatchObject({ code: 'upgrade_missing' });
  });

  it('lets a good token in', async () => {
    const text = await rawUpgrade(stack.url, { Authorization: `Bearer ${await freshToken()}` });
    expect(text).toMatch(/^HTTP\/1\.1 101 /);
  });
});

/** The clock of the services was moved, so a token is taken anew. */
async function freshToken(): Promise<string> {
  return (await signUp(stack.url, 'Grace')).token();
}

async function codesOf(authorization: string | undefined): Promise<Record<string, string>> {
  const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
  const upgrade = parseAnswer(await rawUpgrade(stack.url, headers));
  expect(upgrade.status).toBe(401);
  const ask = async (path: string, method: string): Promise<string> => {
    const answer = await fetch(stack.url + path, { method, headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain(PROBLEM_MEDIA_TYPE);
    return problemSchema.parse(await answer.json()).code;
  };
  return {
    ws: problemSchema.parse(JSON.parse(upgrade.body)).code,
    ticket: await ask('/v1/ws/ticket', 'POST'),
    validate: await ask('/auth/validate', 'GET'),
    threads: await ask('/v1/threads', 'GET'),
  };
}

/** Part 0 (header) or 1 (claims) with some fields changed; the signature stays. */
function replacePart(token: string, index: 0 | 1, changes: object): string {
  const parts = token.split('.');
  const value: object = JSON.parse(Buffer.from(parts[index] ?? '', 'base64url').toString());
  parts[index] = Buffer.from(JSON.stringify({ ...value, ...changes })).toString('base64url');
  return parts.join('.');
}

function flipSignature(token: string): string {
  const parts = token.split('.');
  const bytes = Buffer.from(parts[2] ?? '', 'base64url');
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  parts[2] = bytes.toString('base64url');
  return parts.join('.');
}
