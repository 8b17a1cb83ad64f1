import {
  type ConnectionState,
  createNetraAuth,
  createNetraClient,
  type NetraAuth,
  type NetraClient,
  NetraError,
  type Session as SignedIn,
} from '@netra/client';
import type { SignedInUser } from '@netra/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSession, type TabNews } from './session.ts';

const credentials = { email: 'ada@example.com', password: 'correct horse battery' };
const ada = userOf('usr_ada');
const bob = userOf('usr_bob');

function userOf(user_id: string): SignedInUser {
  return { user_id, email: `${user_id}@example.com`, name: user_id, roles: ['user'], permissions: ['chat'] };
}

/** An auth service whose cookie belongs to `signedIn`; `failure` is what it answers instead. */
function createScriptedAuth(signedIn: SignedInUser | undefined) {
  const script: {
    signedIn: SignedInUser | undefined;
    failure: NetraError | undefined;
    beforeSignOut: () => void;
  } = { signedIn, failure: undefined, beforeSignOut: () => undefined };
  const answer = (): SignedIn | undefined => {
    if (script.failure !== undefined) throw script.failure;
    return script.signedIn === undefined ? undefined : { user: script.signedIn };
  };
  const enter = async (): Promise<SignedIn> => {
    answer();
    script.signedIn = ada;
    return { user: ada };
  };
  const auth: NetraAuth = {
    ...createNetraAuth({ url: 'http://netra.test' }),
    signUp: enter,
    signIn: enter,
    verifySecondFactor: enter,
    redeemLink: enter,
    async signOut() {
      script.beforeSignOut();
      answer();
      script.signedIn = undefined;
    },
    getSession: async () => answer(),
    getToken: async () => 'a token',
  };
  return { script, auth };
}

/** A real client whose connection is what the test says. */
function createScriptedClient() {
  let state: ConnectionState = { status: 'idle' };
  const listeners = new Set<() => void>();
  const calls: ('connect' | 'close')[] = [];
  const client: NetraClient = {
    ...createNetraClient({ url: 'http://netra.test', getToken: async () => 'a token' }),
    connection: {
      getState: () => state,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    connect: () => void calls.push('connect'),
    close: () => void calls.push('close'),
  };
  const say = (next: ConnectionState) => {
    state = next;
    for (const notify of listeners) notify();
  };
  return { client, calls, say };
}

function setUp(signedIn?: SignedInUser) {
  const { script, auth } = createScriptedAuth(signedIn);
  const clients: ReturnType<typeof createScriptedClient>[] = [];
  const told: TabNews[] = [];
  let hear: (news: TabNews) => void = () => undefined;
  const session = createSession({
    auth,
    createClient: () => {
      const scripted = createScriptedClient();
      clients.push(scripted);
      return scripted.client;
    },
    otherTabs: {
      tell: (news) => void told.push(news),
      listen: (listener) => {
        hear = listener;
      },
    },
  });
  return { session, script, clients, told, hear: (news: TabNews) => hear(news) };
}

function refusedWith(code: NetraError['code']): ConnectionState {
  const { title, fix } = new NetraError(code);
  return { status: 'refused', reason: { code, title, fix } };
}

function openAs(userId: string): ConnectionState {
  return {
    status: 'open',
    transport: 'websocket',
    connectionId: 'con_1',
    userId,
    roles: ['user'],
    permissions: ['chat'],
    attemptId: 'att_1',
    isDraining: false,
  };
}

describe('a session', () => {
  test('begins by asking who is signed in', async () => {
    const { session } = setUp();
    expect(session.getState()).toEqual({ status: 'checking' });
    await session.check();
    expect(session.getState()).toEqual({ status: 'signed_out' });
  });

  test('connects a client for who is signed in already', async () => {
    const { session, clients } = setUp(ada);
    await session.check();
    expect(session.getState()).toMatchObject({ status: 'signed_in', user: ada });
    expect(clients.map(({ calls }) => calls)).toEqual([['connect']]);
  });

  test('signs in, and tells the other tabs', async () => {
    const { session, told } = setUp();
    await session.check();
    await session.signIn(credentials);
    expect(session.getState()).toMatchObject({ status: 'signed_in', user: ada });
    expect(told).toEqual([{ userId: 'usr_ada' }]);
  });

  test('stays signed out when the password is wrong', async () => {
    const { session, script, told } = setUp();
    await session.check();
    script.failure = new NetraError('credential_missing');
    await expect(session.signIn(credentials)).rejects.toMatchObject({ code: 'credential_missing' });
    expect(session.getState()).toEqual({ status: 'signed_out' });
    expect(told).toEqual([]);
  });

  test('signs out: the client is closed, nothing typed is left, and the other tabs hear of it', async () => {
    const { session, clients, told } = setUp(ada);
    await session.check();
    session.unsentTexts.write('thr_1', 'A secret');
    await session.signOut();
    expect(session.getState()).toEqual({ status: 'signed_out' });
    expect(clients[0]?.calls).toEqual(['connect', 'close']);
    expect(session.unsentTexts.read('thr_1')).toBe('');
    expect(told).toEqual([{ userId: undefined }]);
  });

  test('signs out as asked, also when the server closes the connection before it answers', async () => {
    const { session, script, clients } = setUp(ada);
    await session.check();
    session.unsentTexts.write('thr_1', 'A secret');
    const leftBehind: string[] = [];
    session.subscribe(() => leftBehind.push(session.unsentTexts.read('thr_1')));
    script.beforeSignOut = () => clients[0]?.say(refusedWith('session_ended'));
    await session.signOut();
    expect(session.getState()).toEqual({ status: 'signed_out' });
    expect(leftBehind).toEqual(['']);
  });

  test('an ended session is told when the answer to signing out is lost', async () => {
    const { session, script, clients } = setUp(ada);
    await session.check();
    script.beforeSignOut = () => clients[0]?.say(refusedWith('session_ended'));
    script.failure = new NetraError('server_unreachable');
    await expect(session.signOut()).rejects.toMatchObject({ code: 'server_unreachable' });
    expect(session.getState()).toMatchObject({ status: 'signed_out', because: { code: 'session_ended' } });
  });

  test('stays signed in, with what was typed, when signing out fails', async () => {
    const { session, script } = setUp(ada);
    await session.check();
    session.unsentTexts.write('thr_1', 'Half a question');
    script.failure = new NetraError('server_unreachable');
    await expect(session.signOut()).rejects.toMatchObject({ code: 'server_unreachable' });
    expect(session.getState().status).toBe('signed_in');
    expect(session.unsentTexts.read('thr_1')).toBe('Half a question');
  });
});

describe('what the connection says', () => {
  test('an ended session leads to the sign-in, with the reason; what was typed waits for the same user', async () => {
    const { session, clients } = setUp(ada);
    await session.check();
    session.unsentTexts.write('thr_1', 'Half a question');
    clients[0]?.say(refusedWith('session_ended'));
    expect(session.getState()).toMatchObject({ status: 'signed_out', because: { code: 'session_ended' } });
    expect(clients[0]?.calls).toEqual(['connect', 'close']);
    await session.signIn(credentials);
    expect(session.unsentTexts.read('thr_1')).toBe('Half a question');
  });

  test('a refusal that no sign-in mends stays with the chat', async () => {
    const { session, clients } = setUp(ada);
    await session.check();
    clients[0]?.say(refusedWith('origin_not_allowed'));
    expect(session.getState().status).toBe('signed_in');
  });

  test('a connection of another user makes the page theirs, without what the first one typed', async () => {
    const { session, script, clients } = setUp(ada);
    await session.check();
    session.unsentTexts.write('thr_1', 'A secret');
    script.signedIn = bob;
    clients[0]?.say(openAs('usr_bob'));
    await vi.waitFor(() => expect(session.getState()).toMatchObject({ status: 'signed_in', user: bob }));
    expect(clients[0]?.calls).toEqual(['connect', 'close']);
    expect(session.unsentTexts.read('thr_1')).toBe('');
  });

  test('a client that was closed has no say any more', async () => {
    const { session, clients } = setUp(ada);
    await session.check();
    await session.signOut();
    await session.signIn(credentials);
    clients[0]?.say(refusedWith('session_ended'));
    expect(session.getState().status).toBe('signed_in');
  });
});

describe('other tabs', () => {
  test('signing out in one tab signs out in all, and takes along what was typed', async () => {
    const { session, told, hear } = setUp(ada);
    await session.check();
    session.unsentTexts.write('thr_1', 'A secret');
    hear({ userId: undefined });
    expect(session.getState()).toMatchObject({ status: 'signed_out', because: { code: 'session_ended' } });
    expect(session.unsentTexts.read('thr_1')).toBe('');
    expect(told).toEqual([]);
  });

  test('signing in in one tab signs in in all', async () => {
    const { session, script, hear } = setUp();
    await session.check();
    script.signedIn = bob;
    hear({ userId: 'usr_bob' });
    await vi.waitFor(() => expect(session.getState()).toMatchObject({ status: 'signed_in', user: bob }));
  });

  test('news of the same user change nothing', async () => {
    const { session, clients, hear } = setUp(ada);
    await session.check();
    hear({ userId: 'usr_ada' });
    expect(clients).toHaveLength(1);
    expect(session.getState().status).toBe('signed_in');
  });
});

describe('a server out of reach', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is asked again every five seconds, until it answers', async () => {
    const { session, script } = setUp(ada);
    script.failure = new NetraError('server_unreachable');
    await session.check();
    expect(session.getState()).toMatchObject({ status: 'unreachable', retryAtMs: Date.now() + 5_000 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(session.getState()).toMatchObject({ status: 'unreachable', retryAtMs: Date.now() + 5_000 });
    script.failure = undefined;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(session.getState().status).toBe('signed_in');
    expect(vi.getTimerCount()).toBe(0);
  });
});
