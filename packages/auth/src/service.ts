import { createClientAddress, type Environment, type HealthCheck, type Logger } from '@netra/service';
import { createVerifier, ownIssuer, type ResolvedSecret } from '@netra/token';
import type { Pool } from 'pg';
import { createApiKeys } from './api-keys/api-keys.ts';
import { createAuditLog } from './audit/audit-log.ts';
import { createUserAdmin, type UserAdmin } from './directory/user-admin.ts';
import { createUsers } from './directory/users.ts';
import { checkE2eKey } from './e2e/e2e-key.ts';
import { createE2eUsers, type SeededUser } from './e2e/e2e-users.ts';
import { every } from './every.ts';
import {
  createIdentity,
  type IdentitySettings,
  type LinkUser,
  type NewUser,
  type SignInLink,
} from './identity/identity.ts';
import { createAccessTokens, SERVICE_AUDIENCE, USER_AUDIENCE } from './keys/access-tokens.ts';
import { createKeyKeeper, type KeyKeeper } from './keys/key-keeper.ts';
import { createKeyRing } from './keys/key-ring.ts';
import { deriveSecrets } from './keys/secrets.ts';
import { tokenKeys } from './keys/token-keys.ts';
import { createAttemptLimits } from './rate-limits/attempt-limits.ts';
import { createRevocations } from './revocations/revocations.ts';
import { createApp } from './routes/app.ts';
import { type RequestEnvironment, withClientAddress } from './routes/client-address-header.ts';
import {
  createServiceCredentials,
  type ServiceCredentials,
} from './service-credentials/service-credentials.ts';
import { serviceIdFinding } from './service-credentials/service-id.ts';
import { createWakeUps } from './wake-ups.ts';

export interface AuthServiceOptions {
  /** Its `search_path` is the schema `auth`, migrated. Its owner ends it, after `stop`. */
  pool: Pool;
  /** Base of every URL, and the issuer of tokens; no trailing slash. With port 0, create the service once the port is known. */
  publicUrl: string;
  environment: Environment;
  /** Secret text; every other secret of this service is derived from it. Lost, all sessions and the signing key are. */
  encryptionKey: string;
  /** The service credential of the environment; more can be added to the database. */
  serviceId: string;
  serviceSecret: string;
  /** Signs tokens with HS256 instead of the key ring: the secret of `JWT_SECRET_*`, where an installation chose one. */
  sharedSecret?: ResolvedSecret | undefined;
  /** `E2E_OAUTH_SIMULATION_KEY`, at least 32 bytes. In production it ends the start. */
  e2eKey?: string | undefined;
  /** Age at which the signing key is replaced by itself; default 90 days. */
  rotateKeysAfterMs?: number;
  /** Origins whose pages may use the session cookie, besides that of `publicUrl`. */
  trustedOrigins: readonly string[] | (() => readonly string[]);
  /** Addresses and ranges of proxies whose `X-Forwarded-For` counts; default none. */
  trustedProxies?: readonly string[];
  /** Mail and other ways to sign in; default: passwords and passkeys only. */
  identity?: IdentitySettings;
  log: Logger;
  /** Milliseconds since the epoch, for everything but the identity library; default `Date.now`. */
  now?: () => number;
}

export interface AuthService {
  /** Serves `/auth/*` and `/.well-known/*`. `env` is what `startHttpServer` passes. */
  fetch(request: Request, env?: RequestEnvironment): Promise<Response>;
  checks(): Promise<HealthCheck[]>;
  /** Creates the user, or gives an existing one these roles; the link signs in once, within 10 minutes. */
  createSignInLink(user: LinkUser): Promise<SignInLink>;
  /** A link to choose a new password, where no mail can be sent; once, within an hour. Errors: `user_unknown`. */
  createPasswordResetLink(email: string): Promise<SignInLink>;
  /** Errors: `user_exists`, `password_refused`. */
  createUser(user: NewUser): Promise<{ userId: string }>;
  readonly users: UserAdmin;
  /** Of the key ring; where a shared secret signs, it has no effect on tokens. */
  readonly keys: KeyKeeper;
  readonly serviceCredentials: Pick<ServiceCredentials, 'add' | 'list' | 'revoke'>;
  /** Default: `staging-e2e-user-001` to `-003`. Errors: see `E2eUsers`. */
  seedE2eUsers(names?: readonly string[]): Promise<SeededUser[]>;
  stop(): Promise<void>;
}

/** A database that does not answer within this time counts as down. */
const PING_TIMEOUT_MS = 1_000;
const ROTATE_KEYS_AFTER_MS = 90 * 24 * 60 * 60_000;
/** How soon another process's revocation counts here when no wake-up arrives. */
const POLL_REVOCATIONS_MS = 2_000;
const TURN_RING_MS = 15_000;

/**
 * Errors: `encryption_key_wrong` when the stored signing key was sealed with another `encryptionKey`; `e2e_in_production`,
 * `e2e_key_weak`.
 */
export async function createAuthService(options: AuthServiceOptions): Promise<AuthService> {
  const { pool, environment, log, e2eKey, sharedSecret, now = Date.now } = options;
  checkE2eKey(e2eKey, environment);
  const finding = serviceIdFinding(options.serviceId);
  if (finding) log.warn({ setting: finding.setting, fix: finding.fix }, finding.message);

  const publicUrl = options.publicUrl.replace(/\/+$/, '');
  const trustedOrigins = () => plainOrigins(publicUrl, options.trustedOrigins);
  const isDatabaseUp = () => ping(pool);
  const { identitySecret, keyEncryptionKey } = deriveSecrets(options.encryptionKey);
  const audit = createAuditLog(pool);
  const limits = createAttemptLimits({ pool, now });
  const users = createUsers(pool);
  const revocations = createRevocations({ pool, issuer: publicUrl, now, log });
  const ring = createKeyRing({ pool, keyEncryptionKey, log });
  const keeper = createKeyKeeper({
    pool,
    keyEncryptionKey,
    rotateAfterMs: options.rotateKeysAfterMs ?? ROTATE_KEYS_AFTER_MS,
    revocations,
    audit,
    onChange: ring.invalidate,
    now,
    log,
  });
  await keeper.turn();
  const { signer, keySource, publicKeys } = tokenKeys(ring, sharedSecret, log);
  await signer();
  await revocations.refresh();

  const shared = { pool, revocations, audit, now };
  const credentials = createServiceCredentials({ ...shared, bootstrap: options });
  const userAdmin = createUserAdmin(shared);
  const e2eUsers = createE2eUsers({ ...shared, environment });
  const identity = await createIdentity(
    {
      pool,
      users,
      publicUrl,
      trustedOrigins,
      log,
      identitySecret,
      isDevelopment: environment === 'development',
      audit,
      limits,
      revocations,
      settings: options.identity ?? {},
    },
    now,
  );
  const verifierOf = (audience: string) =>
    createVerifier({
      issuers: [ownIssuer({ issuer: publicUrl, keys: keySource, audience })],
      environment,
      revocations: revocations.view,
      now,
    });
  const app = createApp({
    ...shared,
    publicUrl,
    environment,
    identity,
    users,
    userAdmin,
    limits,
    e2eUsers,
    e2eKey,
    publicKeys,
    keys: keeper,
    trustedOrigins,
    isDatabaseUp,
    log,
    apiKeys: createApiKeys(shared),
    tokens: createAccessTokens({
      signer,
      issuer: publicUrl,
      environment,
      now,
      notBeforeMs: revocations.notBeforeMs,
    }),
    verifier: verifierOf(USER_AUDIENCE),
    serviceVerifier: verifierOf(SERVICE_AUDIENCE),
    proof: { credentials, sharedSecret, issuer: publicUrl, environment },
  });

  const clientAddress = createClientAddress(options.trustedProxies ?? []);
  const readRevocations = { name: 'reading revocations', work: revocations.refresh, log };
  const wakeUps = createWakeUps({
    pool,
    log,
    on: {
      netra_revocations: () => {
        revocations
          .refresh()
          .catch((error: unknown) => log.warn({ err: error }, 'revocations were not read'));
      },
      netra_signing_keys: ring.invalidate,
    },
  });
  await wakeUps.start();
  const repetitions = [
    every(POLL_REVOCATIONS_MS, readRevocations),
    every(TURN_RING_MS, { name: 'turning the key ring', work: keeper.turn, log }),
  ];

  return {
    fetch: async (request, env = {}) => app.fetch(withClientAddress(request, env, clientAddress)),
    checks: async () => [
      { name: 'auth_database', ok: await isDatabaseUp() },
      { name: 'signing_key', ok: await canSign(signer) },
    ],
    createSignInLink: (user) => identity.createSignInLink(user),
    createPasswordResetLink: (email) => identity.createPasswordResetLink(email),
    createUser: (user) => identity.createUser(user),
    users: userAdmin,
    keys: keeper,
    serviceCredentials: credentials,
    seedE2eUsers: (names) => e2eUsers.seed(names),
    async stop() {
      for (const repetition of repetitions) repetition.stop();
      await identity.stop();
      await wakeUps.stop();
    },
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

async function canSign(signer: () => Promise<unknown>): Promise<boolean> {
  return signer().then(
    () => true,
    () => false,
  );
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
