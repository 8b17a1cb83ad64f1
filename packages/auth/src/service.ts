import { createClientAddress, type Environment, type HealthCheck, type Logger } from '@netra/service';
import { createVerifier, ownIssuer, type ResolvedSecret, type TrustedIssuer } from '@netra/token';
import type { Pool } from 'pg';
import { createApiKeys } from './api-keys/api-keys.ts';
import { createRefusedAttempts } from './attempts/refused-attempts.ts';
import { createAuditLog } from './audit/audit-log.ts';
import { startBackground } from './background.ts';
import { createUserAdmin, type UserAdmin } from './directory/user-admin.ts';
import { createUsers } from './directory/users.ts';
import { checkE2eKey } from './e2e/e2e-key.ts';
import { createE2eUsers, type SeededUser } from './e2e/e2e-users.ts';
import { checkHealth, isDatabaseUp } from './health.ts';
import {
  createIdentity,
  type IdentitySettings,
  type LinkUser,
  type NewUser,
  type SignInLink,
} from './identity/identity.ts';
import { createOwnerReturn } from './identity/owner-return.ts';
import { createIdentityPool } from './identity-pool.ts';
import { createAccessTokens, SERVICE_AUDIENCE, USER_AUDIENCE } from './keys/access-tokens.ts';
import type { KeyKeeper } from './keys/key-keeper.ts';
import { type OpenKeys, openKeys } from './keys/open-keys.ts';
import { deriveSecrets } from './keys/secrets.ts';
import { createAttemptLimits } from './rate-limits/attempt-limits.ts';
import { createRevocations, type Revocations } from './revocations/revocations.ts';
import { createApp } from './routes/app.ts';
import { type RequestEnvironment, withClientAddress } from './routes/client-address-header.ts';
import { plainOrigins } from './routes/trusted-origins.ts';
import {
  createServiceCredentials,
  type ServiceCredentials,
} from './service-credentials/service-credentials.ts';
import { serviceIdFinding } from './service-credentials/service-id.ts';

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
  /** Issuers whose tokens `/auth/validate` accepts besides its own, as the gateway does; default none. */
  issuers?: readonly TrustedIssuer[];
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
  /** Creates the user, or gives an existing one these roles; the link signs in once, within 10 minutes. Errors: `email_reserved`. */
  createSignInLink(user: LinkUser): Promise<SignInLink>;
  /** A link to choose a new password, where no mail can be sent; once, within an hour. Errors: `user_unknown`. */
  createPasswordResetLink(email: string): Promise<SignInLink>;
  /** Errors: `user_exists`, `password_refused`, `email_reserved`. */
  createUser(user: NewUser): Promise<{ userId: string }>;
  readonly users: UserAdmin;
  /** Of the key ring; where a shared secret signs, it has no effect on tokens. */
  readonly keys: KeyKeeper;
  readonly serviceCredentials: Pick<ServiceCredentials, 'add' | 'list' | 'revoke'>;
  /** Default: `staging-e2e-user-001` to `-003`. Errors: see `E2eUsers`. */
  seedE2eUsers(names?: readonly string[]): Promise<SeededUser[]>;
  stop(): Promise<void>;
}

const ROTATE_KEYS_AFTER_MS = 90 * 24 * 60 * 60_000;

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
  const { identitySecret, keyEncryptionKey } = deriveSecrets(options.encryptionKey);
  const revocations = createRevocations({ pool, issuer: publicUrl, now, log });
  const shared = {
    pool,
    publicUrl,
    environment,
    trustedOrigins,
    revocations,
    audit: createAuditLog(pool),
    attempts: createRefusedAttempts({ pool, now, log }),
    limits: createAttemptLimits({ pool, now }),
    users: createUsers(pool),
    now,
    log,
  };
  const rotateAfterMs = options.rotateKeysAfterMs ?? ROTATE_KEYS_AFTER_MS;
  const keys = await openKeys({ ...shared, keyEncryptionKey, rotateAfterMs, sharedSecret });
  await revocations.refresh();
  const isDevelopment = environment === 'development';
  const settings = options.identity ?? {};
  const identityPool = createIdentityPool(pool, log);
  const identity = await createIdentity(
    {
      ...shared,
      pool: identityPool,
      identitySecret,
      isDevelopment,
      settings,
      ownerReturned: createOwnerReturn(shared),
    },
    now,
  );
  const credentials = createServiceCredentials({ ...shared, bootstrap: options });
  const userAdmin = createUserAdmin(shared);
  const e2eUsers = createE2eUsers(shared);
  const app = createApp({
    ...shared,
    ...judgesAndSigner({ ...shared, keys, issuers: options.issuers ?? [] }),
    identity,
    userAdmin,
    e2eUsers,
    e2eKey,
    publicKeys: keys.publicKeys,
    keys: keys.keeper,
    isDatabaseUp: () => isDatabaseUp(pool),
    apiKeys: createApiKeys(shared),
    proof: { credentials, sharedSecret, issuer: publicUrl, environment },
  });
  const clientAddress = createClientAddress(options.trustedProxies ?? []);
  const background = await startBackground({ ...shared, ...keys });

  return {
    fetch: async (request, env = {}) => app.fetch(withClientAddress(request, env, clientAddress), env),
    checks: () => checkHealth(pool, keys.signer),
    createSignInLink: (user) => identity.createSignInLink(user),
    createPasswordResetLink: (email) => identity.createPasswordResetLink(email),
    createUser: (user) => identity.createUser(user),
    users: userAdmin,
    keys: keys.keeper,
    serviceCredentials: credentials,
    seedE2eUsers: (names) => e2eUsers.seed(names),
    async stop() {
      await identity.stop();
      if (!identityPool.ended) await identityPool.end();
      await background.stop();
    },
  };
}

interface JudgesOptions {
  publicUrl: string;
  environment: Environment;
  revocations: Revocations;
  now: () => number;
  keys: OpenKeys;
  issuers: readonly TrustedIssuer[];
}

/** Who signs tokens here, and who judges those of users and those of services. */
function judgesAndSigner({ publicUrl: issuer, environment, revocations, now, keys, issuers }: JudgesOptions) {
  const verifierOf = (audience: string, others: readonly TrustedIssuer[] = []) =>
    createVerifier({
      issuers: [ownIssuer({ issuer, keys: keys.keySource, audience }), ...others],
      environment,
      revocations: revocations.view,
      now,
    });
  const { notBeforeMs } = revocations;
  return {
    tokens: createAccessTokens({ signer: keys.signer, issuer, environment, now, notBeforeMs }),
    verifier: verifierOf(USER_AUDIENCE),
    anyIssuerVerifier: verifierOf(USER_AUDIENCE, issuers),
    serviceVerifier: verifierOf(SERVICE_AUDIENCE),
  };
}
