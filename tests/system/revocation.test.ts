import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp, signUpMany } from '../kit/person.ts';
import { connectRaw, type RawSocket } from '../kit/raw-socket.ts';
import { type SplitStack, startSplitStack } from '../kit/split-stack.ts';

const USERS = 20;
const SOCKETS_PER_USER = 10;

describe('with auth and two gateways on one database, and 200 live sockets', () => {
  let stack: SplitStack;
  beforeAll(async () => {
    stack = await startSplitStack({ nodes: 2 });
  });
  afterAll(() => stack.stop());

  it('a deactivation reaches every socket of its user on every node within 1 s, and nobody else', async () => {
    const people = await openSockets(stack);
    const [ending, ...staying] = people;
    const startedAtMs = performance.now();
    await stack.auth().users.deactivate(ending?.userId ?? '');
    const closes = await Promise.all((ending?.sockets ?? []).map((socket) => socket.closed));
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    expect(new Set(closes.map(({ code, reason }) => `${code} ${reason}`))).toEqual(
      new Set(['3003 user_inactive']),
    );
    const others = staying.flatMap(({ sockets }) => sockets);
    await Promise.all(others.map((socket) => pong(socket)));

    // A key that leaked ends all of them.
    const active = (await stack.auth().keys.list()).find(({ state }) => state === 'active');
    const revokedAtMs = performance.now();
    await stack.auth().keys.revoke(active?.kid ?? '');
    const all = await Promise.all(others.map((socket) => socket.closed));
    expect(performance.now() - revokedAtMs).toBeLessThan(1_000);
    expect(new Set(all.map(({ code, reason }) => `${code} ${reason}`))).toEqual(
      new Set(['3000 token_revoked']),
    );
    const token = staying[0]?.token ?? '';
    for (const url of stack.gatewayUrls) expect(await codeAt(url, token)).toBe('token_revoked');
  });
});

describe('with auth on a database of its own', () => {
  let stack: SplitStack;
  beforeAll(async () => {
    stack = await startSplitStack({ isDatabaseShared: false });
  });
  afterAll(() => stack.stop());

  it('a sign-out reaches the sockets of its session within 5 s by polling', async () => {
    const url = stack.gatewayUrls[0] ?? '';
    const ada = await signUp(stack.authUrl);
    const socket = await connectRaw(url, await ada.token());
    const startedAtMs = performance.now();
    await stack.auth().users.deactivate(ada.userId);
    expect(await socket.closed).toEqual({ code: 3003, reason: 'user_inactive' });
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    expect(await codeAt(url, await ada.token())).toBe('user_inactive');
  });
});

async function openSockets(stack: SplitStack) {
  const people = await signUpMany(stack.authUrl, USERS);
  return Promise.all(
    people.map(async (person) => {
      const token = await person.token();
      const places = Array.from({ length: SOCKETS_PER_USER }, (_, index) => {
        return stack.gatewayUrls[index % stack.gatewayUrls.length] ?? '';
      });
      const sockets = await Promise.all(places.map((url) => connectRaw(url, token)));
      return { userId: person.userId, token, sockets };
    }),
  );
}

async function pong(socket: RawSocket): Promise<void> {
  socket.send({ type: 'ping' });
  await socket.next('pong');
}

async function codeAt(url: string, token: string): Promise<string> {
  const answer = await fetch(`${url}/v1/threads`, { headers: { authorization: `Bearer ${token}` } });
  return (await answer.json()).code;
}
