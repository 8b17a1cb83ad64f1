import { expect } from 'vitest';
import { signUp, signUpMany } from './person.ts';
import { poll } from './poll.ts';
import { connectRaw, type RawSocket } from './raw-socket.ts';
import type { SplitStack } from './split-stack.ts';

const SOCKETS_PER_USER = 10;
/** From the return of the auth service until somebody new gets in. */
const RECOVERY_MS = 15_000;

/**
 * The drill: live sockets, ten of each user, and REST traffic; the auth service is killed, stays away and comes back.
 * `pass` lets the time of one step go by.
 */
export async function drillAuthOutage(
  stack: SplitStack,
  { users, steps, pass }: { users: number; steps: number; pass: () => Promise<void> },
): Promise<void> {
  const url = stack.gatewayUrls[0] ?? '';
  const people = await Promise.all(
    (await signUpMany(stack.authUrl, users)).map(async (person) => {
      const token = await person.token();
      const open = Array.from({ length: SOCKETS_PER_USER }, () => connectRaw(url, token));
      return { token, sockets: await Promise.all(open) };
    }),
  );
  const sockets = people.flatMap((person) => person.sockets);
  const stranger = await (await signUp(stack.authUrl)).token();
  await stack.killAuth();

  for (let step = 0; step < steps; step++) {
    await pass();
    const known = await Promise.all(people.map(({ token }) => ask(url, token)));
    expect(new Set(known.map(({ code }) => code))).toEqual(new Set(['ok']));
    expect(await readiness(url)).toEqual([200, 'degraded']);
    expect((await ask(url, forged(stranger))).code).toBe('token_signature_invalid');
    expect((await ask(url, stranger)).code).toBe('auth_unavailable');
    await Promise.all(sockets.map((socket) => answers(socket)));
  }
  // The circuit is open by now, or opens with one of these; then an answer takes no time.
  const fastest = await poll(
    async () => {
      const { code, durationMs } = await ask(url, stranger);
      expect(code).toBe('auth_unavailable');
      return durationMs < 50 ? durationMs : undefined;
    },
    { what: 'a refusal in less than 50 ms' },
  );
  expect(fastest).toBeLessThan(50);

  await stack.reviveAuth();
  const newcomer = await poll(async () => ((await ask(url, stranger)).code === 'ok' ? 'in' : undefined), {
    deadlineMs: RECOVERY_MS,
    what: 'a newcomer to be let in',
  });
  expect(newcomer).toBe('in');
  expect(await readiness(url)).toEqual([200, 'ok']);
  await Promise.all(sockets.map((socket) => answers(socket)));
  for (const socket of sockets) socket.close();
}

async function ask(url: string, token: string): Promise<{ code: string; durationMs: number }> {
  const startedAtMs = performance.now();
  const answer = await fetch(`${url}/v1/threads`, { headers: { authorization: `Bearer ${token}` } });
  const body = await answer.json();
  return { code: answer.ok ? 'ok' : body.code, durationMs: performance.now() - startedAtMs };
}

async function answers(socket: RawSocket): Promise<void> {
  const before = socket.frames.filter(({ type }) => type === 'pong').length;
  socket.send({ type: 'ping' });
  await poll(() => {
    return socket.frames.filter(({ type }) => type === 'pong').length > before ? true : undefined;
  });
}

function forged(token: string): string {
  const [header, claims, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  return `${header}.${claims}.${bytes.toString('base64url')}`;
}

/** What a load balancer is told of this gateway. */
export async function readiness(url: string): Promise<[number, string]> {
  const answer = await fetch(`${url}/health/ready`);
  const { status } = (await answer.json()) as { status: string };
  return [answer.status, status];
}
