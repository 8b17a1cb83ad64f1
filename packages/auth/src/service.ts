import type { Logger } from '@netra/service';
import type { Pool } from 'pg';

export interface AuthServiceOptions {
  /** Its `search_path` is the schema `auth`, migrated. */
  pool: Pool;
  /** Base of every URL, and the issuer of tokens; no trailing slash. With port 0, create the service once the port is known. */
  publicUrl: string;
  environment: 'development' | 'staging' | 'production';
  /** ≥ 32 bytes of secret text; every secret of this service is derived from it. */
  encryptionKey: string;
  serviceId: string;
  serviceSecret: string;
  /** Origins whose pages may use the session cookie. A function when the port is known late. */
  trustedOrigins: readonly string[] | (() => readonly string[]);
  log: Logger;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: () => number;
}

export interface HealthCheck {
  name: string;
  ok: boolean;
  detail?: string;
}

export interface NewUser {
  email: string;
  password: string;
  name: string;
  roles?: readonly ('user' | 'operator')[];
}

export interface SignInLink {
  url: string;
  expiresAt: Date;
}

export interface AuthService {
  /** Serves `/auth/*` and `/.well-known/*`. `env.incoming` is Node's request where there is one. */
  fetch(request: Request, env?: unknown): Promise<Response>;
  checks(): Promise<HealthCheck[]>;
  /** Creates or updates the user, and a link of 10 minutes that signs in once. */
  createSignInLink(user: {
    email: string;
    name: string;
    roles: readonly ('user' | 'operator')[];
  }): Promise<SignInLink>;
  /** A user with a password, made by the identity library: for seeds and tests. */
  createUser(user: NewUser): Promise<{ userId: string }>;
  stop(): Promise<void>;
}

/** Throws AppError `encryption_key_wrong` when the stored signing key cannot be opened with `encryptionKey`. */
export function createAuthService(_options: AuthServiceOptions): Promise<AuthService> {
  throw new Error('in progress');
}
