import type { SignedInUser } from '@netra/protocol';

export interface NetraAuthOptions {
  /** Base address of the auth service. Default: the page's origin. */
  readonly url?: string;
  readonly fetch?: typeof fetch;
  /** How the session is kept. Default: `cookie` in a browser, `bearer` (in memory) elsewhere. */
  readonly session?: 'cookie' | 'bearer';
  readonly now?: () => number;
}

export interface Session {
  readonly user: SignedInUser;
}

/** Signing in and out, and access tokens. Every method throws `NetraError`. */
export interface NetraAuth {
  signUp(account: { email: string; password: string; name: string }): Promise<Session>;
  signIn(credentials: { email: string; password: string }): Promise<Session>;
  signOut(): Promise<void>;
  /** Signs in with the token of a one-time link (what stands after `#`). Works once. */
  redeemLink(token: string): Promise<Session>;
  /** Who is signed in; `undefined` for nobody. */
  getSession(): Promise<Session | undefined>;
  /** A token that is good for at least 60 s, or a fresh one with `force`. Concurrent calls share one request. */
  getToken(options?: { force?: boolean }): Promise<string>;
}

export declare function createNetraAuth(options?: NetraAuthOptions): NetraAuth;
