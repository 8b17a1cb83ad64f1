import { agentFromRun } from '@netra/agent';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Account, openAccount } from '../kit/account.ts';
import { everywhere, verdictsOf } from '../kit/doors.ts';
import { connectRaw, type RawSocket } from '../kit/raw-socket.ts';
import { type Stack, startStack } from '../kit/stack.ts';
import { startTraffic, type Traffic } from '../kit/traffic.ts';

const USERS = 20;
const SOCKETS_PER_USER = 10;
/** Less than half of a token's life: at any moment two generations of tokens are good. */
const STEP_MS = 4 * 60_000;
const MOST_STEPS = 12;

interface Rider {
  readonly account: Account;
  readonly sockets: RawSocket[];
}

let stack: Stack;
let riders: Rider[];
let traffic: Traffic | undefined;
const closes: string[] = [];

beforeAll(async () => {
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  stack = await startStack({ agents: () => [silent], defaultAgent: 'silent' });
  riders = [];
  while (riders.length < USERS) riders.push(await openRider());
});
afterAll(async () => {
  await traffic?.stop();
  await stack.stop();
});

it('while the signing key goes from next to active to retiring to gone, nobody is refused and nobody dropped', async () => {
  const traffic = await startRestTraffic();
  const [before] = await stack.auth.keys.list();
  const { kid } = await stack.auth.keys.rotate();
  const seen = [await ringStates()];
  const signers = new Set<string>();
  for (let step = 0; step < MOST_STEPS && (await stateOf(before?.kid)) !== 'revoked'; step++) {
    await passStep();
    await stack.auth.keys.turn();
    const tokens = await Promise.all(riders.map((rider) => renew(rider)));
    for (const token of tokens) traffic.add(token);
    for (const token of tokens) signers.add(kidOf(token));
    const newcomer = await connectRaw(stack.url, tokens[0] ?? '');
    await newcomer.next('connection_established');
    newcomer.close();
    const states = await ringStates();
    if (states !== seen.at(-1)) seen.push(states);
  }
  expect(seen).toEqual(['active next', 'active retiring', 'active revoked']);
  expect(signers).toEqual(new Set([before?.kid, kid]));
  expect(traffic.refused()).toEqual([]);
  expect(traffic.answered()).toBeGreaterThan(100);
  expect(closes).toEqual([]);
  await Promise.all(riders.flatMap(({ sockets }) => sockets).map(pong));
  await traffic.stop();
});

it('a revoked key is refused everywhere within 5 s, its sockets end, and new tokens work at once', async () => {
  const active = (await stack.auth.keys.list()).find(({ state }) => state === 'active');
  const old = await Promise.all(riders.map(renew));
  expect(new Set(old.map(kidOf))).toEqual(new Set([active?.kid]));
  // A stranger has just had the gateway ask for new keys: that must keep nobody from the one that comes now.
  const unknown = await verdictsOf(stack.url, `Bearer ${withKid(old[0] ?? '', 'nobodys-key')}`);
  expect(unknown).toEqual(everywhere('token_key_unknown'));
  const startedAtMs = performance.now();
  await stack.auth.keys.revoke(active?.kid ?? '');
  const ended = await Promise.all(riders.flatMap(({ sockets }) => sockets).map(({ closed }) => closed));
  const verdicts = await Promise.all(old.map((token) => verdictsOf(stack.url, `Bearer ${token}`)));
  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  expect(new Set(ended.map(({ code, reason }) => `${code} ${reason}`))).toEqual(
    new Set(['3000 token_revoked']),
  );
  for (const verdict of verdicts) expect(verdict).toEqual(everywhere('token_revoked'));

  for (const { account } of riders) {
    const { access_token: fresh } = await account.exchange();
    expect(kidOf(fresh)).not.toBe(active?.kid);
    expect(await verdictsOf(stack.url, `Bearer ${fresh}`)).toEqual(everywhere('ok'));
  }
});

async function startRestTraffic(): Promise<Traffic> {
  const started = startTraffic(stack.url);
  traffic = started;
  for (const { account } of riders) started.add((await account.exchange()).access_token);
  return started;
}

async function openRider(): Promise<Rider> {
  const account = await openAccount(stack.url);
  const { access_token: token } = await account.exchange();
  const opening = Array.from({ length: SOCKETS_PER_USER }, () => connectRaw(stack.url, token));
  const sockets = await Promise.all(opening);
  for (const socket of sockets) void socket.closed.then(({ reason }) => closes.push(reason));
  return { account, sockets };
}

/** The clock jumps; every socket has its heartbeat, and so is alive by the new time, before this resolves. */
async function passStep(): Promise<void> {
  const sockets = riders.flatMap(({ sockets }) => sockets);
  const heartbeats = sockets.map(countHeartbeats);
  stack.advance(STEP_MS);
  await Promise.all(
    sockets.map(async (socket, index) => {
      await socket.next('heartbeat', () => countHeartbeats(socket) > (heartbeats[index] ?? 0));
      await pong(socket);
    }),
  );
}

/** Takes a new token and gives it to the sockets. */
async function renew({ account, sockets }: Rider): Promise<string> {
  const { access_token: token } = await account.exchange();
  for (const socket of sockets) {
    const renewals = count(socket, 'token_renewed');
    socket.send({ type: 'renew_token', token });
    await socket.next('token_renewed', () => count(socket, 'token_renewed') > renewals);
  }
  return token;
}

const countHeartbeats = (socket: RawSocket) => count(socket, 'heartbeat');

function count(socket: RawSocket, wanted: string): number {
  return socket.frames.filter(({ type }) => type === wanted).length;
}

async function pong(socket: RawSocket): Promise<void> {
  const before = count(socket, 'pong');
  socket.send({ type: 'ping' });
  await socket.next('pong', () => count(socket, 'pong') > before);
}

async function ringStates(): Promise<string> {
  const states = (await stack.auth.keys.list()).map(({ state }) => String(state));
  return states.sort((left, right) => left.localeCompare(right)).join(' ');
}

async function stateOf(kid: string | undefined): Promise<string | undefined> {
  return (await stack.auth.keys.list()).find((key) => key.kid === kid)?.state;
}

function withKid(token: string, kid: string): string {
  const [head = '', ...rest] = token.split('.');
  const header = { ...JSON.parse(Buffer.from(head, 'base64url').toString()), kid };
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.');
}

function kidOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
}
