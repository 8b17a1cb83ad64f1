import type { Logger } from '@netra/service';
import { hash, verify } from '@node-rs/argon2';
import type { BetterAuthOptions } from 'better-auth';
import { APIError } from 'better-auth/api';
import { bearer } from 'better-auth/plugins/bearer';
import type { Pool } from 'pg';
import type { Users } from '../directory/users.ts';
import { signInLink } from './sign-in-link.ts';

/** Set by this service from the socket, whatever the client sent under that name. */
export const CLIENT_ADDRESS_HEADER = 'x-netra-client-address';
export const USER_INACTIVE = 'USER_INACTIVE';

export interface IdentityOptions {
  pool: Pool;
  users: Users;
  publicUrl: string;
  identitySecret: string;
  isDevelopment: boolean;
  trustedOrigins: () => readonly string[];
  log: Logger;
}

// OWASP's second choice of parameters for argon2id: 19 MiB, 2 passes; 10-18 ms.
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** How the identity library is set up. Its tables are in `migrations/`; a test holds them equal to these options. */
export function identityOptions(options: IdentityOptions) {
  const { pool, users, publicUrl, identitySecret, isDevelopment, trustedOrigins, log } = options;
  return {
    appName: 'Netra',
    baseURL: publicUrl,
    basePath: '/auth',
    database: pool,
    // `secrets`, because the library prefers its own environment variable to `secret`.
    secrets: [{ version: 1, value: identitySecret }],
    trustedOrigins: () => [...trustedOrigins()],
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      password: {
        hash: (password: string) => hash(password, ARGON2),
        verify: ({ hash: stored, password }: { hash: string; password: string }) => verify(stored, password),
      },
    },
    user: {
      additionalFields: {
        role: { type: 'string', required: true, defaultValue: 'user', input: false },
        active: { type: 'boolean', required: true, defaultValue: true, input: false },
      },
    },
    databaseHooks: {
      session: {
        create: {
          async before({ userId }: { userId: string }) {
            const user = await users.find(userId);
            if (user?.active === false) {
              throw new APIError('FORBIDDEN', {
                code: USER_INACTIVE,
                message: 'This account is deactivated.',
              });
            }
          },
        },
      },
    },
    plugins: [bearer(), signInLink()],
    disabledPaths: ['/ok', '/error'],
    rateLimit: { enabled: !isDevelopment },
    advanced: {
      cookiePrefix: 'netra',
      useSecureCookies: publicUrl.startsWith('https:'),
      // Stated, because the library switches the checks off by itself where it believes to be under test.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    telemetry: { enabled: false },
    onAPIError: { throw: true },
    logger: {
      level: 'warn',
      log(level, message, ...details) {
        const error = details.find((detail) => detail instanceof Error);
        log[level]({ source: 'better-auth', ...(error ? { err: error } : {}) }, message);
      },
    },
  } satisfies BetterAuthOptions;
}
