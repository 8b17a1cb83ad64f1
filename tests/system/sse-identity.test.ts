import { createNetraAuth, createNetraClient, type NetraClient, type Thread } from '@netra/client';
import { LIMITS } from '@netra/protocol';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type BlockingProxy, startBlockingProxy } from '../kit/blocking-proxy.ts';
import { poll } from '../kit/poll.ts';
import { createStackClock, type StackClock } from '../kit/stack-clock.ts';
import { type ReasonRig, startReasonRig } from './reasons/reason-rig.ts';

/** Short lives, or the tests would be long: it is announced as expiring a minute before its end. */
const TOKEN_LIFE_S = 70;
const INTO_LIFE_MS = TOKEN_LIFE_S * 1_000 - LIMITS.tokenExpiringMs + 1_000;
const PAST_THE_DEADLINE_MS = LIMITS.tokenExpiringMs + LIMITS.tokenSkewMs + 5_000;
/** Less than a client waits for an answer, and less than the silence after which it gives up. */
const STEP_MS = 10_000;

let rig: ReasonRig;
let proxy: BlockingProxy;

beforeAll(async () => {
  rig = await startReasonRig();
  proxy = await startBlockingProxy(rig.stack.url);
  proxy.treat({ status: 403 });
});
afterAll(async () => {
  await proxy.stop();
  await rig.stop();
});

/** The ticket names the gateway's public address: the test's WebSocket goes through the proxy, as a browser's would. */
class ProxiedWebSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url.replace(new URL(url).host, new URL(proxy.url).host), protocols);
  }
}

interface Follower {
  readonly client: NetraClient;
  readonly thread: Thread;
  readonly clock: StackClock;
  readonly userId: string;
  readonly auth: ReturnType<typeof createNetraAuth>;
  readonly account: { readonly email: string; readonly password: string };
  /** How often a fresh token was asked for. */
  forced: number;
  /** While true no token can be had. */
  isCutOff: boolean;
}

let people = 0;

/** Somebody who has a thread open over server-sent events, by the same clock as the servers. */
async function follow({ hasShortTokens = false } = {}): Promise<Follower> {
  people += 1;
  const account = { email: `sse-${process.pid}-${people}@example.com`, password: 'correct horse battery' };
  const clock = createStackClock(rig.stack);
  const auth = createNetraAuth({ url: rig.stack.url, clock });
  const { user } = await auth.signUp({ ...account, name: 'Ada' });
  const client = createNetraClient({
    url: proxy.url,
    WebSocket: ProxiedWebSocket,
    clock,
    getToken: async (options) => {
      if (options?.force === true) follower.forced += 1;
      if (follower.isCutOff) throw new Error('no way to the auth service');
      if (!hasShortTokens) return auth.getToken(options);
      return rig.token(user.user_id, { exp: Math.floor(clock.now() / 1_000) + TOKEN_LIFE_S });
    },
  });
  onTestFinished(() => client.close());
  const thread = client.threads.draft();
  const follower: Follower = {
    ...{ client, thread, clock, auth, account },
    userId: user.user_id,
    forced: 0,
    isCutOff: false,
  };
  thread.subscribe(() => undefined);
  await thread.send('hello').result();
  expect(stateOf(follower)).toMatchObject({ status: 'open', transport: 'sse' });
  return follower;
}

/** Time passes in an ongoing chat: a stream on which nothing comes would be given up. */
async function chat({ clock, thread }: Follower, durationMs: number): Promise<void> {
  for (let leftMs = durationMs; leftMs > 0; leftMs -= STEP_MS) {
    clock.advance(Math.min(STEP_MS, leftMs));
    expect((await thread.send('hello').result()).text).toBe('done');
  }
}

const stateOf = ({ client }: Follower) => client.connection.getState();
const reasonOf = (follower: Follower) => {
  const state = stateOf(follower);
  return 'reason' in state ? state.reason?.code : undefined;
};
const until = (is: () => boolean, what: string) => poll(() => is() || undefined, { what });

describe('over server-sent events', () => {
  it('the token is renewed in place before its deadline, and the chat goes on past it', async () => {
    const follower = await follow({ hasShortTokens: true });
    const before = stateOf(follower);
    await chat(follower, INTO_LIFE_MS);
    await until(() => follower.forced > 0, 'a renewal');
    await chat(follower, PAST_THE_DEADLINE_MS);
    expect(stateOf(follower)).toEqual(before);
  });

  it('without a fresh token it ends at the deadline, and goes on where it was when there is one', async () => {
    const follower = await follow({ hasShortTokens: true });
    const { clock, thread } = follower;
    follower.isCutOff = true;
    await chat(follower, INTO_LIFE_MS);
    await until(() => follower.forced === 1, 'an attempt to renew');
    await chat(follower, LIMITS.tokenExpiringMs);
    expect(stateOf(follower).status).toBe('open');
    clock.advance(PAST_THE_DEADLINE_MS - LIMITS.tokenExpiringMs);
    await until(() => reasonOf(follower) === 'token_unavailable', 'the end');
    const { length } = thread.getState().messages;
    follower.isCutOff = false;
    clock.advance(15_000);
    await until(() => stateOf(follower).status === 'open', 'to be back');
    expect((await thread.send('hello').result()).text).toBe('done');
    expect(thread.getState().messages).toHaveLength(length + 2);
  });

  it('signing out elsewhere ends it with session_ended', async () => {
    const follower = await follow();
    await follower.auth.signOut();
    await until(() => stateOf(follower).status === 'refused', 'the end');
    expect(reasonOf(follower)).toBe('session_ended');
  });

  it('a deactivated user is refused', async () => {
    const follower = await follow();
    await rig.stack.auth.users.deactivate(follower.userId);
    await until(() => stateOf(follower).status === 'refused', 'the end');
    expect(reasonOf(follower)).toBe('user_inactive');
  });

  it('new roles are there at once, with a fresh token and without a word that is lost', async () => {
    const follower = await follow();
    await rig.stack.auth.users.setRoles(follower.userId, ['operator']);
    await until(() => {
      const state = stateOf(follower);
      return state.status === 'open' && state.roles.includes('operator');
    }, 'the new roles');
    expect(stateOf(follower)).toMatchObject({ transport: 'sse' });
    expect((await follower.thread.send('hello').result()).text).toBe('done');
  });
});
