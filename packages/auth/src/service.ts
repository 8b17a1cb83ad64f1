import type { Environment, HealthCheck, Logger } from '@netra/service';
import { createVerifier, localKeys, ownIssuer } from '@netra/token';
import type { Pool } from 'pg';
import { createUsers } from './directory/users.ts';
import { createIdentity, type LinkUser, type NewUser, type SignInLink } from './identity/identity.ts';
import { createAccessTokens, SERVICE_AUDIENCE, USER_AUDIENCE } from './keys/access-tokens.ts';
import { deriveSecrets } from './keys/secrets.ts';
import { loadSigningKeys } from './keys/signing-keys.ts';
import { createApp } from './routes/app.ts';

export interface AuthServiceOptions {
  /** Its `search_path` is the schema `auth`, migrated. Its owner ends it. */
  pool: Pool;
  /** Base of every URL, and the issuer of tokens; no trailing slash. With port 0, create the service once the port is known. */
  publicUrl: string;
  environment: Environment;
  /** Secret text; every other secret of this service is derived from it. Lost, all sessions and the signing key are. */
  encryptionKey: string;
  serviceId: string;
  serviceSecret: string;
  /** Origins whose pages may use the session cookie, besides that of `publicUrl`. */
  trustedOrigins: readonly string[] | (() => readonly string[]);
  log: Logger;
  /** Milliseconds since the epoch, for access tokens and links; default `Date.now`. */
  now?: () => number;
}

export interface AuthService {
  /** Serves `/auth/*` and `/.well-known/*`. `env` is what `startHttpServer` passes. */
  fetch(request: Request, env?: object): Promise<Response>;
  checks(): Promise<HealthCheck[]>;
  /** Creates the user, or gives an existing one these roles; the link signs in once, within 10 minutes. */
  createSignInLink(user: LinkUser): Promise<SignInLink>;
  /** A user with a password, for seeds and tests. Errors: `user_exists`. */
  createUser(user: NewUser): Promise<{ userId: string }>;
  stop(): Promise<void>;
}

/** A database that does not answer within this time counts as down. */
const PING_TIMEOUT_MS = 1_000;

/** Errors: `encryption_key_wrong` when the stored signing key was sealed with another `encryptionKey`. */
export async function createAuthService(options: AuthServiceOptions): Promise<AuthService> {
  const { pool, environment, encryptionKey, log, now = Date.now } = options;
  const publicUrl = options.publicUrl.replace(/\/+$/, '');
  const secrets = deriveSecrets(encryptionKey);
  const keys = await loadSigningKeys(pool, secrets.keyEncryptionKey);
  const users = createUsers(pool);
  const trustedOrigins = () => plainOrigins(publicUrl, options.trustedOrigins);
  const identity = await createIdentity(
    {
      pool,
      users,
      publicUrl,
      trustedOrigins,
      log,
      identitySecret: secrets.identitySecret,
      isDevelopment: environment === 'development',
    },
    now,
  );
  const own = { keys: localKeys(keys.publicKeys), issuer: publicUrl };
  const verifierFor = (audience: string) =>
    createVerifier({ issuers: [ownIssuer({ ...own, audience })], environment, now });
  const isDatabaseUp = () => ping(pool);
  const app = createApp({
    ...options,
    publicUrl,
    trustedOrigins,
    identity,
    users,
    isDatabaseUp,
    tokens: createAccessTokens({ keys, issuer: publicUrl, environment, now }),
    publicKeys: keys.publicKeys,
    verifier: verifierFor(USER_AUDIENCE),
    serviceVerifier: verifierFor(SERVICE_AUDIENCE),
  });
  return {
    fetch: async (request, env = {}) => app.fetch(request, env),
    checks: async () => [{ name: 'auth_database', ok: await isDatabaseUp() }],
    createSignInLink: (user) => identity.createSignInLink(user),
    createUser: (user) => identity.createUser(user),
    stop: async () => {},
  };
}

/** Exact origins only: the identity library would read `*` and `?` as wildcards. */
function plainOrigins(publicUrl: string, more: AuthServiceOptions['trustedOrigins']): string[] {
  const origins = [publicUrl, ...(typeof more === 'function' ? more() : more)];
  return origins.flatMap((origin) => {
    if (!URL.canParse(origin)) return [];
    const plain = new URL(origin).origin;
    return plain === 'null' || /[*?]/.test(plain) ? [] : [plain];
  });
}

async function ping(pool: Pool): Promise<boolean> {
  const timeout = AbortSignal.timeout(PING_TIMEOUT_MS);
  const late = new Promise<boolean>((resolve) => {
    timeout.addEventListener('abort', () => resolve(false), { once: true });
  });
  const answered = pool.query('select 1').then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]);
}
