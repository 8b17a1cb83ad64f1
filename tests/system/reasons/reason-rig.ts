import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { permissionsOf, problemSchema } from '@netra/protocol';
import { foreignIssuer, keyCheckValue, localKeys, type ResolvedSecret } from '@netra/token';
import { poll } from '../../kit/poll.ts';
import { rawExchange, upgradeText } from '../../kit/raw-exchange.ts';
import { connectRaw, type RawSocket } from '../../kit/raw-socket.ts';
import { type Stack, type StackOptions, startStack } from '../../kit/stack.ts';
import { forge, hs256 } from '../../kit/token-forge.ts';
import type { Provoked } from './provoked.ts';
import { createScriptedAgent } from './scripted-agent.ts';

type Fields = Record<string, unknown>;
type HttpProvoked = Extract<Provoked, { via: 'http' }>;

interface RequestOptions {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A running installation whose signing secret the test holds, so that a token can be wrong in just one thing. */
export interface ReasonRig {
  readonly stack: Stack;
  /** A user with `chat`; each provoker that ends users makes one of its own. */
  readonly ada: string;
  addUser(): Promise<string>;
  /** Signed with the right secret, of now; a claim of undefined is left out. */
  token(userId?: string, claims?: Fields, header?: Fields): string;
  /** Of another trusted issuer, whose key set lacks the key. */
  tokenOfUnknownKey(): string;
  connect(userId?: string, claims?: Fields): Promise<RawSocket>;
  /** An upgrade by bytes that must be refused. */
  upgrade(
    headers: Record<string, string | readonly string[] | undefined>,
    path?: string,
  ): Promise<HttpProvoked>;
  /** The same with `Authorization: Bearer …` and nothing else. */
  upgradeWith(token: string): Promise<HttpProvoked>;
  /** The same with a token that was revoked just now: that reaches the gateway within a second, not at once. */
  upgradeWithRevoked(token: string): Promise<HttpProvoked>;
  request(path: string, options?: RequestOptions): Promise<HttpProvoked>;
  /** For what must go well on the way. */
  json(path: string, options?: RequestOptions): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

const E2E_KEY = 'a key for end-to-end tests, long enough to pass';
const OTHER_ISSUER = 'https://product.test';

export async function startReasonRig(options: Pick<StackOptions, 'webRoot'> = {}): Promise<ReasonRig> {
  const bytes = randomBytes(48);
  const sharedSecret: ResolvedSecret = {
    bytes,
    source: 'JWT_SECRET_DEVELOPMENT',
    checkValue: keyCheckValue(bytes, { purpose: 'jwt', environment: 'development' }),
  };
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = localKeys([{ ...publicKey.export({ format: 'jwk' }), kid: 'known', alg: 'ES256' }]);
  const stack = await startStack({
    ...options,
    agents: () => [createScriptedAgent()],
    defaultAgent: 'scripted',
    sharedSecret,
    e2eKey: E2E_KEY,
    issuers: [foreignIssuer({ issuer: OTHER_ISSUER, audience: 'netra', keys })],
    gateway: { runTimings: { runTimeoutMs: 1_500, leaseMs: 1_000, heartbeatMs: 300, sweepMs: 100 } },
  });
  const { url } = stack;
  const addUser = () => createUser(stack);
  const ada = await addUser();

  const token: ReasonRig['token'] = (userId = ada, claims = {}, header = {}) => {
    const nowS = Math.floor(stack.now() / 1000);
    const usual = {
      ...{ iss: url, aud: 'netra', sub: userId, sid: `ses_${userId}`, jti: randomBytes(16).toString('hex') },
      ...{
        iat: nowS,
        exp: nowS + 600,
        env: 'development',
        roles: ['user'],
        permissions: permissionsOf(['user']),
      },
    };
    return forge({ alg: 'HS256', typ: 'at+jwt', ...header }, { ...usual, ...claims }, hs256(bytes));
  };

  const tryUpgrade = async (
    headers: Parameters<ReasonRig['upgrade']>[0],
    path = '/ws',
  ): Promise<HttpProvoked | undefined> => {
    const text = upgradeText({ url, headers, requestLine: `GET ${path} HTTP/1.1` });
    const answer = await rawExchange(url, text);
    if (answer.status === 101) return undefined;
    return { via: 'http', status: answer.status, problem: answer.problem(), isRecorded: true };
  };

  const upgrade: ReasonRig['upgrade'] = async (headers, path) => {
    const provoked = await tryUpgrade(headers, path);
    if (provoked === undefined) throw new Error('the upgrade was accepted');
    return provoked;
  };

  return {
    stack,
    ada,
    addUser,
    token,
    tokenOfUnknownKey: () =>
      forge(
        { alg: 'ES256', typ: 'JWT', kid: 'unheard-of' },
        { iss: OTHER_ISSUER, aud: 'netra', sub: 'a' },
        () => randomBytes(64),
      ),
    connect: (userId, claims) => connectRaw(url, token(userId, claims)),
    upgrade,
    upgradeWith: (sent) => upgrade({ Authorization: `Bearer ${sent}` }),
    upgradeWithRevoked: (sent) =>
      poll(() => tryUpgrade({ Authorization: `Bearer ${sent}` }), { what: 'the token to be refused' }),
    async request(path, options = {}) {
      const answer = await send(url, path, options);
      const problem = problemSchema.parse(await answer.json());
      return { via: 'http', status: answer.status, problem, isRecorded: false };
    },
    async json(path, options = {}) {
      const answer = await send(url, path, options);
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
      return answer.json();
    },
    stop: () => stack.stop(),
  };
}

let users = 0;

/** By the service itself: a sign-up costs a password hash and counts against a limit. */
async function createUser(stack: Stack): Promise<string> {
  users += 1;
  const email = `reason-${process.pid}-${users}@example.com`;
  const { userId } = await stack.auth.createUser({ email, password: 'a long pass phrase', name: 'Ada' });
  return userId;
}

function send(url: string, path: string, { method = 'GET', token, body, headers = {} }: RequestOptions) {
  return fetch(new URL(path, url), {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}
