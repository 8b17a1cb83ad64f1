import {
  type AccountRequests,
  type ConnectionReason,
  type GetToken,
  type NetraAuth,
  type NetraClient,
  NetraError,
  type Session as SignedIn,
  type Store,
} from '@netra/client';
import type { SignedInUser } from '@netra/protocol';
import { asNetraError } from '../ui/as-netra-error.ts';
import { createUnsentTexts, type UnsentTexts } from './unsent-texts.ts';

/** Who uses this page. A client exists exactly as long as its user is signed in, so nothing of one user reaches the next. */
export type SessionState =
  | { readonly status: 'checking' }
  | { readonly status: 'unreachable'; readonly error: NetraError; readonly retryAtMs: number }
  | { readonly status: 'signed_out'; readonly because?: Pick<ConnectionReason, 'code' | 'title'> }
  | { readonly status: 'signed_in'; readonly user: SignedInUser; readonly client: NetraClient };

export interface Session extends Store<SessionState> {
  /** Asks the server who is signed in; while it is out of reach, again and again. */
  check(): Promise<void>;
  signUp(account: Parameters<NetraAuth['signUp']>[0]): Promise<void>;
  signIn(credentials: Parameters<NetraAuth['signIn']>[0]): Promise<void>;
  verifySecondFactor(factor: Parameters<NetraAuth['verifySecondFactor']>[0]): Promise<void>;
  redeemLink(token: string): Promise<void>;
  signOut(): Promise<void>;
  /** What people may ask for who cannot sign in. */
  readonly account: AccountRequests;
  /** What the user has typed and not sent; it survives an expired session, but not signing out. */
  readonly unsentTexts: UnsentTexts;
}

/** What tabs tell each other: who has signed in, or that the session is over. */
export interface TabNews {
  readonly userId: string | undefined;
}

export interface OtherTabs {
  tell(news: TabNews): void;
  listen(listener: (news: TabNews) => void): void;
}

interface SessionOptions {
  readonly auth: NetraAuth;
  readonly createClient: (getToken: GetToken) => NetraClient;
  /** The other tabs of this browser, which share the session cookie. */
  readonly otherTabs?: OtherTabs;
  /** Default: kept as long as the page. */
  readonly unsentTexts?: UnsentTexts;
}

const retryMs = 5_000;

export function createSession(options: SessionOptions): Session {
  const { auth, createClient, otherTabs, unsentTexts = createUnsentTexts() } = options;
  let state: SessionState = { status: 'checking' };
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let isSigningOut = false;
  const listeners = new Set<() => void>();

  function set(next: SessionState): void {
    clearTimeout(retryTimer);
    if (state.status === 'signed_in') state.client.close();
    state = next;
    for (const notify of listeners) notify();
  }

  function begin({ user }: SignedIn): void {
    unsentTexts.claim(user.user_id);
    const client = createClient((tokenOptions) => auth.getToken(tokenOptions));
    set({ status: 'signed_in', user, client });
    client.connection.subscribe(() => watchConnection(client, user));
    client.connect();
  }

  function watchConnection(client: NetraClient, user: SignedInUser): void {
    // The server closes the connection before it answers the sign-out: that is no reason to tell.
    if (isSigningOut || state.status !== 'signed_in' || state.client !== client) return;
    const connection = client.connection.getState();
    if (connection.status === 'refused' && isForSignIn(connection.reason)) {
      set({ status: 'signed_out', because: connection.reason });
    }
    // Another tab signed somebody else in: the cookie is theirs now, so this page must become theirs too.
    if (connection.status === 'open' && connection.userId !== user.user_id) void check();
  }

  async function check(): Promise<void> {
    if (state.status === 'unreachable') set({ ...state, retryAtMs: Date.now() });
    else if (state.status !== 'checking') set({ status: 'checking' });
    try {
      const asked = state;
      const found = await auth.getSession();
      // Somebody signed in while this was on its way.
      if (state !== asked) return;
      if (found === undefined) set({ status: 'signed_out' });
      else begin(found);
    } catch (error) {
      set({ status: 'unreachable', error: asNetraError(error), retryAtMs: Date.now() + retryMs });
      retryTimer = setTimeout(() => void check(), retryMs);
    }
  }

  function enter(found: SignedIn): void {
    begin(found);
    otherTabs?.tell({ userId: found.user.user_id });
  }

  async function signOut(): Promise<void> {
    isSigningOut = true;
    try {
      await auth.signOut();
      unsentTexts.clear();
      set({ status: 'signed_out' });
      otherTabs?.tell({ userId: undefined });
    } finally {
      isSigningOut = false;
      if (state.status === 'signed_in') watchConnection(state.client, state.user);
    }
  }

  otherTabs?.listen(({ userId }) => {
    const ownUserId = state.status === 'signed_in' ? state.user.user_id : undefined;
    if (userId === ownUserId) return;
    if (userId !== undefined) {
      void check();
      return;
    }
    unsentTexts.clear();
    set({ status: 'signed_out', because: new NetraError('session_ended') });
  });

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    unsentTexts,
    account: auth,
    check,
    signUp: async (account) => enter(await auth.signUp(account)),
    signIn: async (credentials) => enter(await auth.signIn(credentials)),
    verifySecondFactor: async (factor) => enter(await auth.verifySecondFactor(factor)),
    redeemLink: async (token) => enter(await auth.redeemLink(token)),
    signOut,
  };
}

/** Whether the table advises signing in again for this reason. */
function isForSignIn({ code }: Pick<ConnectionReason, 'code'>): boolean {
  return new NetraError(code).retry.advice === 'sign_in';
}
