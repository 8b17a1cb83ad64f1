import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../main.ts';
import { GOOD } from '../testing/broken-environments.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { loadSettings } from './load-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'netra-matrix-'));
afterAll(() => rmSync(folder, { recursive: true }));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, `${GOOD.otherJwtSecret}\n`);

type Env = Record<string, string>;
const combinations = (['staging', 'production'] as const).flatMap((environment) =>
  (['ES256', 'HS256'] as const).flatMap((keyMode) =>
    ([false, true] as const).map((isE2e) => ({ environment, keyMode, isE2e, e2e: isE2e ? 'on' : 'off' })),
  ),
);

function goodEnv({ environment, keyMode, isE2e }: Omit<(typeof combinations)[number], 'e2e'>): Env {
  return {
    ENVIRONMENT: environment,
    NETRA_PUBLIC_URL: `https://${environment}.example.com`,
    DATABASE_URL: 'postgres://netra:pw@127.0.0.1:9/netra',
    AUTH_ENCRYPTION_KEY: GOOD.encryptionKey,
    SERVICE_SECRET: GOOD.serviceSecret,
    ...(keyMode === 'HS256' ? { [jwtName(environment)]: GOOD.jwtSecret } : {}),
    ...(isE2e ? { E2E_OAUTH_SIMULATION_KEY: GOOD.e2eKey } : {}),
  };
}

function jwtName(environment: string): string {
  return `JWT_SECRET_${environment.toUpperCase()}`;
}

/** How a secret can be wrong. `undefined`: this fault does not exist for that secret. */
const faults: Record<string, (name: string, env: Env) => Env | undefined> = {
  missing: (name, env) => {
    if (name === 'E2E_OAUTH_SIMULATION_KEY') return undefined; // being there is what turns it on
    const { [name]: _removed, ...rest } = env;
    // What shows that this installation wanted a shared secret at all is that another environment's is there.
    return name.startsWith('JWT_') ? { ...rest, [otherJwtName(env)]: GOOD.jwtSecret } : rest;
  },
  short: (name, env) => ({ ...env, [name]: 'p3Vd0Jq8Rz1Lx6Tn' }),
  default: (name, env) => ({ ...env, [name]: 'changeme-my-secret-value-for-production' }),
  weak: (name, env) => ({ ...env, [name]: 'ab'.repeat(20) }),
  "another environment's": (name, env) =>
    name.startsWith('JWT_') ? { ...env, [otherJwtName(env)]: GOOD.jwtSecret } : undefined,
  conflicting: (name, env) => ({ ...env, [`${name}_FILE`]: secretFile }),
};

function otherJwtName({ ENVIRONMENT }: Env): string {
  return jwtName(ENVIRONMENT === 'staging' ? 'production' : 'staging');
}

function secretsOf({ environment, keyMode, isE2e }: (typeof combinations)[number]): string[] {
  const needed = ['AUTH_ENCRYPTION_KEY', 'SERVICE_SECRET', ...(isE2e ? ['E2E_OAUTH_SIMULATION_KEY'] : [])];
  return keyMode === 'HS256' ? [...needed, jwtName(environment)] : needed;
}

/** The name of each setting that a start refuses for, without `_FILE`. */
function refusedFor(env: Env): string[] {
  const result = loadSettings(env, { role: 'up' });
  const names = result.ok ? [] : result.problems.map(({ setting }) => setting.replace(/_FILE$/, ''));
  const sorted: string[] = [...new Set(names)];
  return sorted.sort();
}

describe.each(combinations)('$environment, $keyMode, E2E $e2e', (combination) => {
  const { environment, isE2e } = combination;
  const env = goodEnv(combination);
  const isRefused = environment === 'production' && isE2e;
  const always = isRefused ? ['E2E_OAUTH_SIMULATION_KEY'] : [];

  it(isRefused ? 'refuses to start for the E2E key alone' : 'starts with everything in order', () => {
    expect(refusedFor(env)).toEqual(always);
  });

  const cases = secretsOf(combination).flatMap((name) =>
    Object.entries(faults).flatMap(([fault, spoil]) => {
      const spoilt = spoil(name, env);
      return spoilt === undefined ? [] : [{ name, fault, spoilt }];
    }),
  );
  it.each(cases)('refuses to start with a $name that is $fault', ({ name, spoilt }) => {
    expect(refusedFor(spoilt)).toEqual([...new Set([...always, name])].sort());
  });

  it('refuses to start when all of them are wrong at once, and lists all', async () => {
    const names = secretsOf(combination);
    const spoilt = { ...env, ...Object.fromEntries(names.map((name) => [name, 'short'])) };
    const io = recordingIo({ env: spoilt });
    expect(await main(['up'], io)).toBe(2);
    for (const name of names) expect(io.errors()).toContain(name);
    expect(refusedFor(spoilt)).toEqual([...names].sort());
  });
});

describe('development', () => {
  it.each([
    ['nothing', {}],
    ["another environment's shared secret", { JWT_SECRET_STAGING: GOOD.jwtSecret }],
  ])('starts with %s set, and signs with keys in the database', (_what, env) => {
    expect(loadSettings(env, { role: 'up' })).toMatchObject({ ok: true });
    expect(loadSettings(env, { role: 'up' })).not.toHaveProperty('settings.sharedSecret');
  });

  it.each(['JWT_SECRET_DEVELOPMENT', 'JWT_SECRET_KEY'])('signs with %s where it is set', (name) => {
    const result = loadSettings({ [name]: GOOD.jwtSecret }, { role: 'gateway' });
    expect(result).toMatchObject({ ok: false }); // a gateway alone wants a database
    expect(loadSettings({ [name]: GOOD.jwtSecret }, { role: 'up' })).toMatchObject({
      ok: true,
      settings: { sharedSecret: { source: name } },
    });
  });
});

describe('refuses one secret for the signature of tokens and for something else', () => {
  const { JWT_SECRET_STAGING: _jwt, ...env } = goodEnv({
    environment: 'staging',
    keyMode: 'HS256',
    isE2e: true,
  });
  const others = ['AUTH_ENCRYPTION_KEY', 'SERVICE_SECRET', 'E2E_OAUTH_SIMULATION_KEY'];
  const values = (name: string) => [
    { [name]: GOOD.otherJwtSecret },
    { [name]: '', [`${name}_FILE`]: secretFile },
  ];
  const cases = others.flatMap((name) =>
    values('JWT_SECRET_STAGING').flatMap((ofTokens) =>
      values(name).map((ofOther) => ({
        names: [...Object.keys(ofTokens), ...Object.keys(ofOther)].join(', '),
        spoilt: { ...env, ...ofTokens, ...ofOther },
      })),
    ),
  );
  it.each(cases)('$names', ({ spoilt }) => {
    expect(refusedFor(spoilt)).toEqual(['JWT_SECRET_STAGING']);
    // Also where something else is wrong: all is told at once.
    expect(refusedFor({ ...spoilt, NETRA_PUBLIC_URL: 'nonsense' })).toEqual([
      'JWT_SECRET_STAGING',
      'NETRA_PUBLIC_URL',
    ]);
  });
});

it.each([
  ['JWT_SECRET_STAGING', GOOD.jwtSecret, { JWT_SECRET_STAGING: GOOD.jwtSecret }],
  ['JWT_SECRET_STAGING_FILE', GOOD.otherJwtSecret, { JWT_SECRET_STAGING_FILE: secretFile }],
  ['JWT_SECRET_KEY', GOOD.jwtSecret, { JWT_SECRET_KEY: GOOD.jwtSecret }],
])('refuses a trusted issuer whose secret is that of %s', (name, secret, own) => {
  const issuers = [
    { issuer: 'https://shop.example.com', audience: 'netra', secret },
    { issuer: 'https://shop.example.com', audience: 'netra', secrets: [{ kid: 'a', secret }] },
  ];
  const env = { ...goodEnv({ environment: 'staging', keyMode: 'ES256', isE2e: false }), ...own };
  for (const issuer of issuers) {
    const result = loadSettings({ ...env, TRUSTED_ISSUERS: JSON.stringify([issuer]) }, { role: 'gateway' });
    const problems = result.ok ? [] : result.problems;
    expect(problems).toMatchObject([{ setting: 'TRUSTED_ISSUERS', code: 'conflict' }]);
    expect(problems[0]?.message).toContain(issuer.issuer);
    expect(problems[0]?.message).toContain(`${name}.`);
    expect(JSON.stringify(problems)).not.toContain(secret);
  }
});

describe('the age at which signing keys are replaced', () => {
  const env = goodEnv({ environment: 'staging', keyMode: 'ES256', isE2e: false });

  it('is a number of days', () => {
    const result = loadSettings({ ...env, SIGNING_KEY_DAYS: '30' }, { role: 'auth' });
    expect(result).toMatchObject({
      ok: true,
      notes: [],
      settings: { config: { rotateKeysAfterMs: 30 * 24 * 60 * 60_000 } },
    });
    expect(loadSettings(env, { role: 'auth' })).not.toHaveProperty('settings.config.rotateKeysAfterMs');
  });

  it.each(['0', '367', '1.5', '-1', '90d'])('is not %s', (days) => {
    expect(refusedFor({ ...env, SIGNING_KEY_DAYS: days })).toEqual(['SIGNING_KEY_DAYS']);
  });

  it('is reported where a shared secret signs, and is nothing to the gateway', () => {
    const withSecret = { ...env, JWT_SECRET_STAGING: GOOD.jwtSecret, SIGNING_KEY_DAYS: '30' };
    const result = loadSettings(withSecret, { role: 'auth' });
    expect(result).toMatchObject({ ok: true, notes: [{ setting: 'SIGNING_KEY_DAYS', code: 'conflict' }] });
    expect(loadSettings(withSecret, { role: 'gateway' })).toMatchObject({ ok: true, notes: [] });
  });
});

it('knows known defaults also among the secrets of trusted issuers', () => {
  const secret = '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7';
  const env = {
    TRUSTED_ISSUERS: JSON.stringify([{ issuer: 'https://shop.example.com', audience: 'netra', secret }]),
  };
  expect(refusedFor(env)).toEqual(['TRUSTED_ISSUERS']);
});
