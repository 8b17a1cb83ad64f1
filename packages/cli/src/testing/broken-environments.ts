import type { ConfigRole, Environment as EnvironmentName } from '@netra/service';
import type { Environment } from '../environment.ts';

export interface BrokenEnvironment {
  readonly name: string;
  readonly environment: EnvironmentName;
  readonly env: Environment;
  /** `setting code` of every fault, for each role in which it shows. */
  readonly faults: readonly { readonly fault: string; readonly roles: readonly ConfigRole[] }[];
}

/** Made at random for these tests, and used nowhere else. */
export const GOOD = {
  encryptionKey: 'p3Vd0Jq8Rz1Lx6Tn4Bw9Hs2Kf7Gm5Ycaa',
  serviceSecret: 'Zt8Qb1Wn5Xe3Uo7Ri9Ks2Ld4Mf6Gh0Jvcc',
  e2eKey: 'Kq4Vn8Ts2Wy6Bd0Fg3Hj7Lm1Pc5Rx9Zeee',
  jwtSecret: 'vR7mXq2Zk9Wd4Tn8Hb3Js6Lf1Gy5Pc0Uzzii',
  otherJwtSecret: 'Yw2Ne6Bq0Kt5Vh9Zr3Mx7Dc1Jp4Sg8Lfoouu',
} as const;

const all: readonly ConfigRole[] = ['up', 'auth', 'gateway', 'migrate'];
const servers: readonly ConfigRole[] = ['up', 'auth', 'gateway'];
const withAuth: readonly ConfigRole[] = ['up', 'auth'];
const withGateway: readonly ConfigRole[] = ['up', 'gateway'];

export const BROKEN_ENVIRONMENTS: readonly BrokenEnvironment[] = [
  {
    name: 'a staging that was forgotten: nothing is set but names that nobody reads',
    environment: 'staging',
    env: { JWT_SECRET: 'x', STAGING_JWT_SECRET: 'x', STAGING_E2E_BYPASS_KEY: 'x', E2E_TESTING: '1' },
    faults: [
      { fault: 'ENVIRONMENT missing', roles: all },
      { fault: 'NETRA_PUBLIC_URL missing', roles: servers },
      { fault: 'DATABASE_URL missing', roles: all },
      { fault: 'AUTH_ENCRYPTION_KEY missing', roles: withAuth },
      { fault: 'SERVICE_SECRET missing', roles: servers },
      { fault: 'JWT_SECRET legacy', roles: all },
      { fault: 'STAGING_JWT_SECRET legacy', roles: all },
      { fault: 'STAGING_E2E_BYPASS_KEY legacy', roles: all },
      { fault: 'E2E_TESTING test_switch', roles: all },
    ],
  },
  {
    name: 'a production copied from staging: its test key, its secret, its name',
    environment: 'production',
    env: {
      ENVIRONMENT: 'staging',
      NETRA_PUBLIC_URL: 'http://chat.example.com',
      DATABASE_URL: 'postgres://db/netra',
      AUTH_ENCRYPTION_KEY: GOOD.encryptionKey,
      SERVICE_SECRET: GOOD.serviceSecret,
      E2E_OAUTH_SIMULATION_KEY: GOOD.e2eKey,
      JWT_SECRET_STAGING: GOOD.jwtSecret,
      STAGING_E2E_TEST: 'true',
    },
    faults: [
      { fault: 'ENVIRONMENT other_environment', roles: all },
      { fault: 'NETRA_PUBLIC_URL not_allowed', roles: servers },
      { fault: 'E2E_OAUTH_SIMULATION_KEY not_allowed', roles: servers },
      { fault: 'JWT_SECRET_PRODUCTION missing', roles: servers },
      { fault: 'STAGING_E2E_TEST test_switch', roles: all },
    ],
  },
  {
    name: 'a production with the secrets of its documentation',
    environment: 'production',
    env: {
      ENVIRONMENT: 'production',
      NETRA_PUBLIC_URL: 'https://chat.example.com',
      DATABASE_URL: 'mysql://db/netra',
      AUTH_ENCRYPTION_KEY: 'changeme-p3Vd0Jq8Rz1Lx6Tn4Bw9Hs2Kf7',
      SERVICE_SECRET: 'short',
      JWT_SECRET_PRODUCTION:
        'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
      SECRET_KEY: 'x',
      TRUSTED_ISSUERS: JSON.stringify([
        {
          issuer: 'https://shop.example.com',
          audience: 'netra',
          secret: '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970',
        },
      ]),
    },
    faults: [
      { fault: 'DATABASE_URL invalid', roles: all },
      { fault: 'AUTH_ENCRYPTION_KEY known', roles: withAuth },
      { fault: 'SERVICE_SECRET short', roles: servers },
      { fault: 'JWT_SECRET_PRODUCTION known', roles: servers },
      { fault: 'TRUSTED_ISSUERS known', roles: servers },
      { fault: 'SECRET_KEY legacy', roles: all },
    ],
  },
  {
    name: 'a staging where everything is set twice',
    environment: 'staging',
    env: {
      ENVIRONMENT: 'staging',
      NETRA_PUBLIC_URL: 'https://staging.example.com',
      DATABASE_URL: 'postgres://db/netra',
      DATABASE_URL_FILE: '/run/secrets/database',
      AUTH_ENCRYPTION_KEY: GOOD.encryptionKey,
      SERVICE_SECRET: GOOD.encryptionKey,
      SERVICE_ID: 'netra-gateway-00042-abc',
      E2E_OAUTH_SIMULATION_KEY: GOOD.encryptionKey,
      JWT_SECRET_STAGING: GOOD.jwtSecret,
      JWT_SECRET_PRODUCTION: GOOD.jwtSecret,
      TRUSTED_ISSUERS: JSON.stringify([
        { issuer: 'https://shop.example.com', audience: 'netra', secret: GOOD.jwtSecret },
      ]),
      BETTER_AUTH_TRUSTED_ORIGINS: 'https://elsewhere.example',
    },
    faults: [
      { fault: 'DATABASE_URL conflict', roles: all },
      { fault: 'SERVICE_SECRET conflict', roles: withAuth },
      { fault: 'E2E_OAUTH_SIMULATION_KEY conflict', roles: servers },
      { fault: 'JWT_SECRET_STAGING other_environment', roles: servers },
      { fault: 'TRUSTED_ISSUERS conflict', roles: servers },
      { fault: 'BETTER_AUTH_TRUSTED_ORIGINS not_allowed', roles: withAuth },
      { fault: 'SERVICE_ID invalid', roles: servers },
    ],
  },
  {
    name: 'a development with values that cannot be read',
    environment: 'development',
    env: {
      PORT: '99999',
      HOST: '0.0.0.0',
      DATABASE_URL: 'postgres://db/netra',
      SERVICE_SECRET_FILE: '/nowhere/secret',
      SMTP_URL: 'smtp://localhost:1025',
      TRUSTED_ISSUERS: JSON.stringify([
        { issuer: 'https://shop.example.com', audience: 'netra', secret: 'short' },
      ]),
      OPENAI_BASE_URL: 'ollama',
      JWT_SECRET_KEY: ` ${GOOD.jwtSecret}`,
      PYTEST_RUNNING: '1',
    },
    faults: [
      { fault: 'PORT invalid', roles: servers },
      { fault: 'HOST not_allowed', roles: servers },
      { fault: 'SERVICE_SECRET_FILE unreadable', roles: servers },
      { fault: 'MAIL_FROM missing', roles: withAuth },
      { fault: 'TRUSTED_ISSUERS short', roles: servers },
      { fault: 'OPENAI_BASE_URL invalid', roles: withGateway },
      { fault: 'JWT_SECRET_KEY edge_space', roles: servers },
      { fault: 'PYTEST_RUNNING test_switch', roles: all },
    ],
  },
];
