import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type ConfigRole, developmentOrigins, loadConfig } from './config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'netra-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const encryptionKey = 'p3Vd0Jq8Rz1Lx6Tn4Bw9Hs2Kf7Gm5Ycaa';
const serviceSecret = 'Zt8Qb1Wn5Xe3Uo7Ri9Ks2Ld4Mf6Gh0Jvcc';
const production = {
  ENVIRONMENT: 'production',
  NETRA_PUBLIC_URL: 'https://chat.example.com',
  DATABASE_URL: 'postgres://netra:pw@db:5432/netra',
  AUTH_ENCRYPTION_KEY: encryptionKey,
  SERVICE_SECRET: serviceSecret,
};

function configOf(env: Record<string, string>, role: ConfigRole = 'up') {
  const result = loadConfig(env, { role });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

function problemsOf(env: Record<string, string | undefined>, role: ConfigRole = 'up') {
  const result = loadConfig(env, { role });
  return result.ok ? [] : result.problems;
}

const settingsOf = (...args: Parameters<typeof problemsOf>) =>
  problemsOf(...args).map(({ setting }) => setting);

describe('development', () => {
  test('needs nothing, and stays on this machine', () => {
    const { config, notes } = configOf({});
    expect(notes).toEqual([]);
    expect(config).toEqual({
      environment: 'development',
      host: '127.0.0.1',
      port: 8080,
      publicUrl: 'http://localhost:8080',
      allowedOrigins: developmentOrigins(8080),
      allowedHosts: ['localhost', '127.0.0.1', '[::1]'],
      dataDir: path.resolve('.netra'),
      authUrl: 'http://localhost:8080',
      authIssuer: 'http://localhost:8080',
      serviceId: 'netra-gateway',
      trustedProxies: [],
      signInProviders: [],
      trustedIssuers: [],
      logLevel: 'info',
      model: {},
    });
  });

  test.each(['0.0.0.0', '192.168.1.4', '::', 'example.com'])('refuses to listen on %s', (HOST) => {
    const [problem] = problemsOf({ HOST });
    expect(problem?.setting).toBe('HOST');
    expect(problem?.fix).toContain('ENVIRONMENT');
  });

  test.each([
    ['localhost', '127.0.0.1'],
    ['127.0.0.2', '127.0.0.2'],
    ['[::1]', '::1'],
  ])('listens on %s', (HOST, address) => expect(configOf({ HOST }).config.host).toBe(address));

  test('answers under the public URL too, and takes any port', () => {
    const { config } = configOf({ PORT: '0', NETRA_PUBLIC_URL: 'https://tunnel.example.com/' });
    expect(config.port).toBe(0);
    expect(config.publicUrl).toBe('https://tunnel.example.com');
    expect(config.allowedHosts).toContain('tunnel.example.com');
    expect(config.allowedOrigins).toEqual(['https://tunnel.example.com', ...developmentOrigins(0)]);
  });

  test('trusts the issuer at NETRA_AUTH_URL', () => {
    const env = { DATABASE_URL: production.DATABASE_URL, NETRA_AUTH_URL: 'http://localhost:8081' };
    expect(configOf(env, 'gateway').config).toMatchObject({
      publicUrl: 'http://localhost:8080',
      authUrl: 'http://localhost:8081',
      authIssuer: 'http://localhost:8081',
    });
  });

  test('an empty variable counts as unset', () => {
    expect(configOf({ ENVIRONMENT: '', PORT: '', DATABASE_URL: '' }).config.port).toBe(8080);
  });
});

describe.each(['staging', 'production'])('%s', (ENVIRONMENT) => {
  const env = { ...production, ENVIRONMENT };

  test('starts with everything set, on every address, for every host', () => {
    const { config } = configOf(env);
    expect(config).toMatchObject({ host: '0.0.0.0', allowedHosts: 'any', encryptionKey, serviceSecret });
    expect(config.allowedOrigins).toEqual(['https://chat.example.com']);
  });

  test.each([
    ['up', ['NETRA_PUBLIC_URL', 'DATABASE_URL', 'AUTH_ENCRYPTION_KEY', 'SERVICE_SECRET']],
    ['auth', ['NETRA_PUBLIC_URL', 'DATABASE_URL', 'AUTH_ENCRYPTION_KEY', 'SERVICE_SECRET']],
    ['gateway', ['NETRA_PUBLIC_URL', 'DATABASE_URL', 'SERVICE_SECRET']],
    ['migrate', ['DATABASE_URL']],
  ] as const)('names everything that netra %s lacks at once', (role, missing) => {
    expect(settingsOf({ ENVIRONMENT }, role)).toEqual(missing);
  });

  const secrets = ['AUTH_ENCRYPTION_KEY', 'SERVICE_SECRET'] as const;
  const weak: [string, string, string][] = [
    ['short', 'p3Vd0Jq8Rz1Lx6Tn', 'at least 32 bytes'],
    ['repeated', 'a'.repeat(40), 'repeats itself'],
    ['a repeated word', 'abcd1234'.repeat(5), 'repeats itself'],
    ['of few characters', `${'ab'.repeat(20)}cde`, 'too few'],
    ['a placeholder', 'changeme-p3Vd0Jq8Rz1Lx6Tn4Bw9Hs2Kf7Gm5', 'placeholder'],
    ['an example', 'my-Secret-p3Vd0Jq8Rz1Lx6Tn4Bw9Hs2Kf7Gm5', 'placeholder'],
    ['padded', ` ${encryptionKey}`, 'white space'],
  ];
  const cases = secrets.flatMap((name) =>
    weak.map(([kind, value, message]) => ({ name, kind, value, message })),
  );
  test.each(cases)('refuses a $name that is $kind, without repeating it', ({ name, value, message }) => {
    const problems = problemsOf({ ...env, [name]: value });
    expect(problems.map(({ setting }) => setting)).toEqual([name]);
    expect(problems[0]?.message).toContain(message);
    expect(problems[0]?.fix).toBe(`Set ${name}="$(openssl rand -base64 32)"`);
    expect(JSON.stringify(problems)).not.toContain(value.trim());
  });

  test('refuses one secret for two purposes', () => {
    expect(settingsOf({ ...env, SERVICE_SECRET: encryptionKey })).toEqual(['SERVICE_SECRET']);
  });

  test('wants an encrypted public URL, except on this machine', () => {
    expect(settingsOf({ ...env, NETRA_PUBLIC_URL: 'http://chat.example.com' })).toEqual(['NETRA_PUBLIC_URL']);
    expect(settingsOf({ ...env, NETRA_PUBLIC_URL: 'http://localhost:8080' })).toEqual([]);
  });
});

test('reports every bad value at once, each with a fix', () => {
  const problems = problemsOf({
    ENVIRONMENT: 'prod',
    HOST: 'http://x',
    PORT: '99999',
    NETRA_PUBLIC_URL: 'https://chat.example.com/path',
    ALLOWED_ORIGINS: 'https://a.example, nonsense',
    DATABASE_URL: 'mysql://db',
    LOG_LEVEL: 'loud',
    OPENAI_BASE_URL: 'ollama',
  });
  expect(problems.map(({ setting }) => setting)).toEqual([
    'ENVIRONMENT',
    'HOST',
    'PORT',
    'NETRA_PUBLIC_URL',
    'ALLOWED_ORIGINS',
    'DATABASE_URL',
    'LOG_LEVEL',
    'OPENAI_BASE_URL',
    // Whoever names an environment means a deployment, which wants these as well.
    'AUTH_ENCRYPTION_KEY',
    'SERVICE_SECRET',
  ]);
  for (const { setting, message, fix } of problems) {
    expect(message).toMatch(new RegExp(`^${setting} `));
    expect(fix).not.toBe('');
  }
});

test('a role does not look at what it does not use', () => {
  expect(settingsOf({ AUTH_ENCRYPTION_KEY: 'short', PORT: 'x' }, 'migrate')).toEqual([]);
});

describe('secrets from files', () => {
  const file = path.join(folder, 'secret');
  const env = { ...production, SERVICE_SECRET: '', SERVICE_SECRET_FILE: file };

  test('one newline at the end is stripped', () => {
    writeFileSync(file, `${serviceSecret}\n`);
    expect(configOf(env).config.serviceSecret).toBe(serviceSecret);
  });

  test.each([
    ['other white space', `${serviceSecret} \n`],
    ['two newlines', `${serviceSecret}\n\n`],
    ['nothing', '\n'],
  ])('%s is a problem, once', (_kind, content) => {
    writeFileSync(file, content);
    expect(settingsOf(env)).toEqual(['SERVICE_SECRET_FILE']);
  });

  test('a missing file is a problem, and so is a variable beside it', () => {
    expect(settingsOf({ ...env, SERVICE_SECRET_FILE: path.join(folder, 'none') })).toEqual([
      'SERVICE_SECRET_FILE',
    ]);
    writeFileSync(file, serviceSecret);
    expect(settingsOf({ ...env, SERVICE_SECRET: serviceSecret })).toEqual(['SERVICE_SECRET']);
  });
});

test('old names are reported and never read', () => {
  const names = ['JWT_SECRET', 'AUTH_JWT_SECRET', 'SECRET_KEY', 'STAGING_JWT_SECRET', 'E2E_BYPASS_KEY'];
  const switches = [
    'STAGING_E2E_BYPASS_KEY',
    'E2E_TESTING',
    'PYTEST_RUNNING',
    'STAGING_E2E_TEST',
    'E2E_TEST_ENV',
  ];
  const env = Object.fromEntries([...names, ...switches].map((name) => [name, 'old-value']));
  const { config, notes } = configOf(env);
  expect(notes.map(({ setting }) => setting)).toEqual([...names, ...switches]);
  expect(JSON.stringify({ config, notes })).not.toContain('old-value');
});

test('sign-in providers are read as JSON, and every mistake names the entry and the field', () => {
  const google = { id: 'google', client_id: 'a', client_secret: 'b' };
  const corp = {
    id: 'corp',
    name: 'Corp',
    client_id: 'a',
    authorization_url: 'https://id.example.com/authorize',
    token_url: 'https://id.example.com/token',
    user_info_url: 'https://id.example.com/me',
  };
  const { config } = configOf({ SIGN_IN_PROVIDERS: JSON.stringify([google, corp]) });
  expect(config.signInProviders).toEqual([google, { ...corp, scopes: ['openid', 'email', 'profile'] }]);
  for (const [value, message] of [
    ['{', 'must be a JSON array'],
    [JSON.stringify([{ ...google, client_secret: '' }]), 'entry 1 (google): client_secret'],
    ...(['authorization_url', 'token_url', 'user_info_url'] as const).map(
      (field) =>
        [
          JSON.stringify([google, { ...corp, [field]: 'http://id.example.com' }]),
          `entry 2 (corp): ${field} must be https://`,
        ] as const,
    ),
    [JSON.stringify([google, google]), 'names an id twice'],
  ] as const) {
    expect(problemsOf({ SIGN_IN_PROVIDERS: value })[0]?.message).toContain(message);
  }
});

test('mail needs a server and a sender, and proxies are addresses', () => {
  const mail = { SMTP_URL: 'smtp://localhost:1025', MAIL_FROM: 'Netra <netra@example.com>' };
  expect(configOf(mail).config.mail).toEqual({ smtpUrl: mail.SMTP_URL, from: mail.MAIL_FROM });
  expect(problemsOf({ SMTP_URL: mail.SMTP_URL })[0]?.setting).toBe('MAIL_FROM');
  expect(problemsOf({ MAIL_FROM: mail.MAIL_FROM })[0]?.setting).toBe('SMTP_URL');
  expect(problemsOf({ TRUSTED_PROXIES: 'proxy.internal' })[0]?.setting).toBe('TRUSTED_PROXIES');
});

test('the key of end-to-end tests is good everywhere but in production, where nothing starts with it', () => {
  const key = { E2E_OAUTH_SIMULATION_KEY: 'Kq4Vn8Ts2Wy6Bd0Fg3Hj7Lm1Pc5Rx9Zeee' };
  expect(configOf({ ...production, ...key, ENVIRONMENT: 'staging' }).config.e2eKey).toBe(
    key.E2E_OAUTH_SIMULATION_KEY,
  );
  for (const role of ['up', 'auth', 'gateway'] as const) {
    expect(problemsOf({ ...production, ...key }, role)).toMatchObject([
      {
        setting: 'E2E_OAUTH_SIMULATION_KEY',
        code: 'not_allowed',
        fix: 'unset E2E_OAUTH_SIMULATION_KEY',
      },
    ]);
    const asFile = { E2E_OAUTH_SIMULATION_KEY_FILE: '/nowhere' };
    expect(settingsOf({ ...production, ...asFile }, role)).toEqual(['E2E_OAUTH_SIMULATION_KEY_FILE']);
  }
});

test('variables that the identity library would read by itself stop a start outside development', () => {
  const stray = { BETTER_AUTH_TRUSTED_ORIGINS: 'https://evil.example', BETTER_AUTH_URL: 'https://x.example' };
  expect(problemsOf({ ...production, ...stray })).toMatchObject([
    { setting: 'BETTER_AUTH_TRUSTED_ORIGINS', fix: 'unset BETTER_AUTH_TRUSTED_ORIGINS' },
    { setting: 'BETTER_AUTH_URL', fix: 'unset BETTER_AUTH_URL' },
  ]);
  expect(settingsOf({ ...production, ...stray }, 'gateway')).toEqual([]);
  expect(configOf(stray).notes.map(({ setting }) => setting)).toEqual(Object.keys(stray));
});

test('trusted issuers are read as JSON, and every mistake names the entry and the field, never a secret', () => {
  const shop = { issuer: 'https://shop.example.com', audience: 'netra', secret: serviceSecret };
  const oidc = { issuer: 'https://id.example.com/', audience: 'app', roles: { map: { admins: 'operator' } } };
  const { config } = configOf({ TRUSTED_ISSUERS: JSON.stringify([shop, oidc]) });
  expect(config.trustedIssuers).toEqual([shop, oidc]);
  const mistakes: [object[] | string, string][] = [
    ['{', 'must be a JSON array'],
    [[{ ...shop, secret: 'short-one' }], 'entry 1 (https://shop.example.com): secret must hold at least 32'],
    [[shop, { ...oidc, roles: { map: { a: 'admin' } } }], 'entry 2 (https://id.example.com/): roles.map.a'],
    [[{ ...shop, jwks_url: 'https://x.example/keys' }], 'takes one of secret, secrets and jwks_url'],
    [[shop, shop], 'names an issuer twice'],
    [[{ ...shop, issuer: 'http://localhost:8080' }], 'this installation itself'],
  ];
  for (const [value, message] of mistakes) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const problems = problemsOf({ TRUSTED_ISSUERS: text, NETRA_PUBLIC_URL: 'http://localhost:8080' });
    expect(JSON.stringify(problems)).toContain(message);
    expect(JSON.stringify(problems)).not.toMatch(/short-one|Zt8Qb1Wn/);
  }
});

test('the secret of a trusted issuer opens nothing else: not this installation, and no other issuer', () => {
  const shared = 'Hd7Ws3Lp9Qx2Vb6Nf0Rk4Tj8Ym1Gc5Zeuu';
  const e2eKey = 'Kq4Vn8Ts2Wy6Bd0Fg3Hj7Lm1Pc5Rx9Zeee';
  const staging = { ...production, ENVIRONMENT: 'staging', E2E_OAUTH_SIMULATION_KEY: e2eKey };
  const shop = (secret: string) => ({ issuer: 'https://shop.example.com', audience: 'netra', secret });
  const desk = (secret: string) => ({
    issuer: 'https://desk.example.com',
    audience: 'netra',
    secrets: [
      { kid: 'old', secret: 'Bn5Xe3Uo7Ri9Zt8Qb1WKs2Ld4Mf6Gh0Jvdd' },
      { kid: 'new', secret },
    ],
  });
  const problemsWith = (...issuers: object[]) =>
    problemsOf({ ...staging, TRUSTED_ISSUERS: JSON.stringify(issuers) });
  expect(problemsWith(shop(shared))).toEqual([]);
  expect(problemsWith(desk(shared))).toEqual([]);
  for (const [secret, twin] of [
    [encryptionKey, 'AUTH_ENCRYPTION_KEY'],
    [serviceSecret, 'SERVICE_SECRET'],
    [e2eKey, 'E2E_OAUTH_SIMULATION_KEY'],
  ] as const) {
    for (const entry of [shop(secret), desk(secret)]) {
      const problems = problemsWith(entry);
      expect(problems).toMatchObject([{ setting: 'TRUSTED_ISSUERS', code: 'conflict' }]);
      expect(problems[0]?.message).toContain(entry.issuer);
      expect(problems[0]?.message).toContain(twin);
      expect(JSON.stringify(problems)).not.toContain(secret);
    }
  }
  const twins = problemsWith(shop(shared), desk(shared));
  expect(twins).toMatchObject([{ setting: 'TRUSTED_ISSUERS', code: 'conflict' }]);
  expect(twins[0]?.message).toMatch(/desk\.example\.com .*shop\.example\.com/);
  expect(JSON.stringify(twins)).not.toContain(shared);
});

test('outside development, the keys of a trusted issuer are fetched by https, or from this machine', () => {
  const by = (issuer: string, more: object = {}) => JSON.stringify([{ issuer, audience: 'netra', ...more }]);
  const refused = [
    by('https://id.example.com', { jwks_url: 'http://id.example.com/keys' }),
    by('https://id.example.com', { jwks_url: 'http://localhost.example.com/keys' }),
    by('http://id.example.com'),
    by('ftp://localhost'),
    by('id.example.com'),
  ];
  const accepted = [
    by('https://id.example.com'),
    by('http://localhost:9000'),
    by('id.example.com', { jwks_url: 'https://id.example.com/keys' }),
    by('http://id.example.com', { jwks_url: 'http://127.0.0.1:9000/keys' }),
    by('http://id.example.com', { jwks_url: 'http://[::1]:9000/keys' }),
    by('http://shop.example.com', { secret: 'Hd7Ws3Lp9Qx2Vb6Nf0Rk4Tj8Ym1Gc5Zeuu' }),
  ];
  for (const TRUSTED_ISSUERS of refused) {
    expect(problemsOf({ ...production, TRUSTED_ISSUERS })).toMatchObject([
      { setting: 'TRUSTED_ISSUERS', code: 'not_allowed', message: expect.stringContaining('https://') },
    ]);
    expect(problemsOf({ TRUSTED_ISSUERS })).toEqual([]);
  }
  for (const TRUSTED_ISSUERS of accepted) {
    expect(problemsOf({ ...production, TRUSTED_ISSUERS })).toEqual([]);
  }
});

test('a misspelt environment is judged as a deployment, so that all that is missing shows at once', () => {
  const settings = settingsOf({ ENVIRONMENT: 'prod', HOST: '0.0.0.0' });
  expect(settings).toEqual(
    expect.arrayContaining([
      'ENVIRONMENT',
      'NETRA_PUBLIC_URL',
      'DATABASE_URL',
      'AUTH_ENCRYPTION_KEY',
      'SERVICE_SECRET',
    ]),
  );
  expect(settings).not.toContain('HOST');
});

test('a loopback address of one’s own is the address that is printed and allowed', () => {
  const { config } = configOf({ HOST: '127.0.0.2', PORT: '9130' });
  expect(config.publicUrl).toBe('http://127.0.0.2:9130');
  expect(config.allowedHosts).toContain('127.0.0.2');
  expect(config.allowedOrigins).toContain('http://127.0.0.2:9130');
});
