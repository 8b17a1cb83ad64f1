import { randomBytes } from 'node:crypto';
import { agentFromRun } from '@netra/agent';
import { createTestDatabase } from '@netra/service/testing';
import { keyCheckValue, type ResolvedSecret } from '@netra/token';
import { expect, it } from 'vitest';
import { signUp } from '../kit/person.ts';
import { poll } from '../kit/poll.ts';
import { startStack } from '../kit/stack.ts';

const bytes = randomBytes(48);
const SECRET: ResolvedSecret = {
  bytes,
  source: 'JWT_SECRET_DEVELOPMENT',
  checkValue: keyCheckValue(bytes, { purpose: 'jwt', environment: 'development' }),
};

it('changing from the key ring to a shared secret and back signs nobody out', async () => {
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  const database = await createTestDatabase();
  const start = (port: number, more: { sharedSecret?: ResolvedSecret } = {}) =>
    startStack({ agents: () => [silent], defaultAgent: 'silent', database, port, ...more });
  let stack = await start(0);
  const ada = await signUp(stack.url);
  const client = ada.client();
  const states: string[] = [];
  client.connection.subscribe(() => states.push(client.connection.getState().status));
  const algorithmOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).alg;
  const isOpen = () =>
    poll(() => (client.connection.getState().status === 'open' ? true : undefined), {
      what: 'the connection to be open',
    });
  client.connect();
  await isOpen();

  for (const [more, algorithm] of [
    [{ sharedSecret: SECRET }, 'HS256'],
    [{}, 'ES256'],
  ] as const) {
    const port = Number(new URL(stack.url).port);
    const before = await ada.token();
    await stack.stop();
    stack = await start(port, more);
    // The token of before is refused; the client gets another one, without anybody being asked anything.
    const refused = await fetch(`${stack.url}/v1/threads`, {
      headers: { authorization: `Bearer ${before}` },
    });
    expect(await refused.json()).toMatchObject({ status: 401, retry: { advice: 'renew_token' } });
    expect(await client.request({ path: '/v1/threads' })).toMatchObject({ items: [] });
    await isOpen();
    expect(algorithmOf(await ada.token())).toBe(algorithm);
  }
  expect(states).not.toContain('refused');
  client.close();
  await stack.stop();
  await database.drop();
});
