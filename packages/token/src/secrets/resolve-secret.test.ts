import { describe, expect, test } from 'vitest';
import { keyCheckValue } from './key-check-value.ts';
import { type ResolveSecretOptions, resolveSecret } from './resolve-secret.ts';

const A = 'f4Zq0bYxT1uLk8mWc2RjVd7nHs5oPaEi9gQy3tBzKvU';
const B = 'Pp3Kd0xVtR7mZsYb1WqLh6uGc9JnEf2aTk8iOvXr4Cw';
const C = 'u2Hq9LrWx5TzMv8KdYb3NfGj6Pc1SeA7oQi0ZkXn4Ut';
const D = 'yE8wJ5nR2cVb7XqKs3Lf0MhTgUo6Dz1PiAv9QkWx4Bm';

function resolve(
  env: Record<string, string>,
  more: Partial<ResolveSecretOptions> & { files?: Record<string, string> } = {},
) {
  const { files = {}, ...options } = more;
  return resolveSecret({
    env,
    environment: 'staging',
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw new Error(`ENOENT ${path}`);
      return text;
    },
    ...options,
  });
}

function sourceOf(...args: Parameters<typeof resolve>) {
  const resolution = resolve(...args);
  if (!resolution.ok) return resolution.problems.map(({ setting, code }) => `${setting} ${code}`);
  return { source: resolution.secret.source, text: Buffer.from(resolution.secret.bytes).toString() };
}

describe('the order', () => {
  const files = { '/a': A, '/c': C };
  test.each([
    [
      'an explicit option goes first',
      { JWT_SECRET_STAGING: A, JWT_SECRET_KEY: B },
      { explicit: D },
      { source: 'explicit option', text: D },
    ],
    [
      "then the file of the environment's own",
      { JWT_SECRET_STAGING_FILE: '/a', JWT_SECRET_KEY: B },
      {},
      { source: 'JWT_SECRET_STAGING_FILE', text: A },
    ],
    [
      "then the environment's own",
      { JWT_SECRET_STAGING: A, JWT_SECRET_KEY_FILE: '/c' },
      {},
      { source: 'JWT_SECRET_STAGING', text: A },
    ],
    ['then the file for all', { JWT_SECRET_KEY_FILE: '/c' }, {}, { source: 'JWT_SECRET_KEY_FILE', text: C }],
    ['then the one for all', { JWT_SECRET_KEY: B }, {}, { source: 'JWT_SECRET_KEY', text: B }],
    [
      'each environment has its own',
      { JWT_SECRET_STAGING: A, JWT_SECRET_PRODUCTION: B },
      { environment: 'production' as const },
      { source: 'JWT_SECRET_PRODUCTION', text: B },
    ],
    [
      'an empty setting is none',
      { JWT_SECRET_STAGING: '', JWT_SECRET_STAGING_FILE: '', JWT_SECRET_KEY: B },
      {},
      { source: 'JWT_SECRET_KEY', text: B },
    ],
  ])('%s', (_name, env, options, expected) => {
    expect(sourceOf(env, { files, ...options })).toEqual(expected);
  });

  test('in development one is generated, another each time', () => {
    const [first, second] = [
      resolve({}, { environment: 'development' }),
      resolve({}, { environment: 'development' }),
    ];
    expect(first).toMatchObject({ ok: true, secret: { source: 'generated', bytes: { length: 48 } } });
    expect(first).not.toEqual(second);
  });

  test('in development what is set is used', () => {
    expect(sourceOf({ JWT_SECRET_DEVELOPMENT: A }, { environment: 'development' })).toEqual({
      source: 'JWT_SECRET_DEVELOPMENT',
      text: A,
    });
  });

  test.each([
    'JWT_SECRET',
    'AUTH_JWT_SECRET',
    'SECRET_KEY',
    'STAGING_JWT_SECRET',
    'E2E_BYPASS_KEY',
    'JWT_SECRET_PRODUCTION',
  ])('%s is never read', (name) => {
    expect(sourceOf({ [name]: A })).toEqual(['JWT_SECRET_STAGING missing']);
  });
});

describe('files', () => {
  const env = { JWT_SECRET_KEY_FILE: '/run/secret' };
  test.each([
    ['no newline', A],
    ['one newline', `${A}\n`],
    ['one newline of Windows', `${A}\r\n`],
  ])('with %s at the end hold the secret', (_name, text) => {
    expect(sourceOf(env, { files: { '/run/secret': text } })).toEqual({
      source: 'JWT_SECRET_KEY_FILE',
      text: A,
    });
  });

  test.each([
    ['two newlines', `${A}\n\n`],
    ['a newline first', `\n${A}`],
    ['a space before the newline', `${A} \n`],
    ['a tab first', `\t${A}`],
  ])('with %s are a problem', (_name, text) => {
    expect(sourceOf(env, { files: { '/run/secret': text } })).toEqual(['JWT_SECRET_KEY_FILE edge_space']);
  });

  test('a setting keeps its newline, which is a problem', () => {
    expect(sourceOf({ JWT_SECRET_KEY: `${A}\n` })).toEqual(['JWT_SECRET_KEY edge_space']);
  });

  test('that cannot be read are named by their setting, since the path may be the secret itself', () => {
    const resolution = resolve({ JWT_SECRET_KEY_FILE: A });
    expect(resolution).toMatchObject({
      ok: false,
      problems: [{ setting: 'JWT_SECRET_KEY_FILE', code: 'unreadable' }],
    });
    expect(JSON.stringify(resolution)).not.toContain(A);
  });

  test('a newline within the secret stays', () => {
    const text = `${A}\n${B}`;
    expect(sourceOf(env, { files: { '/run/secret': text } })).toMatchObject({ text });
  });
});

describe('problems', () => {
  test.each([
    [
      'a setting and its file',
      { JWT_SECRET_STAGING: A, JWT_SECRET_STAGING_FILE: '/a' },
      ['JWT_SECRET_STAGING conflict'],
    ],
    [
      'the same for the one for all',
      { JWT_SECRET_KEY: A, JWT_SECRET_KEY_FILE: '/a' },
      ['JWT_SECRET_KEY conflict'],
    ],
    ['a short one', { JWT_SECRET_KEY: 'tiny' }, ['JWT_SECRET_KEY short']],
    ['a weak one', { JWT_SECRET_KEY: 'k'.repeat(32) }, ['JWT_SECRET_KEY weak']],
    [
      'one that only an earlier setting hides',
      { JWT_SECRET_STAGING: A, JWT_SECRET_KEY: 'tiny' },
      ['JWT_SECRET_KEY short'],
    ],
    [
      "another environment's",
      { JWT_SECRET_STAGING: A, JWT_SECRET_PRODUCTION: A },
      ['JWT_SECRET_STAGING other_environment'],
    ],
    [
      "another environment's in a file",
      { JWT_SECRET_KEY: A, JWT_SECRET_PRODUCTION_FILE: '/a' },
      ['JWT_SECRET_KEY other_environment'],
    ],
    [
      'no secret and no other environment',
      { JWT_SECRET_STAGING_FILE: '/none', JWT_SECRET_PRODUCTION_FILE: '/none' },
      ['JWT_SECRET_STAGING_FILE unreadable'],
    ],
    [
      "another environment's that differs is none",
      { JWT_SECRET_STAGING: A, JWT_SECRET_PRODUCTION: B },
      undefined,
    ],
  ])('%s', (_name, env, expected) => {
    const found = sourceOf(env, { files: { '/a': A } });
    expect(Array.isArray(found) ? found : undefined).toEqual(expected);
  });

  test('are told all at once, each with what mends it, none with a value', () => {
    const env = {
      JWT_SECRET_STAGING: 'hunter2',
      JWT_SECRET_STAGING_FILE: '/not-there',
      JWT_SECRET_KEY: ' with-an-edge-hunter2',
    };
    const resolution = resolve(env, { explicit: 'hunter2-of-an-example-hunter2-hunter2' });
    expect(sourceOf(env, { explicit: 'hunter2-of-an-example-hunter2-hunter2' })).toEqual([
      'explicit option weak',
      'JWT_SECRET_STAGING_FILE unreadable',
      'JWT_SECRET_STAGING short',
      'JWT_SECRET_KEY edge_space',
      'JWT_SECRET_STAGING conflict',
    ]);
    expect(JSON.stringify(resolution)).not.toMatch(/hunter2|not-there/);
    expect(resolution.ok ? [] : resolution.problems).toEqual([
      {
        setting: 'explicit option',
        code: 'weak',
        message: 'explicit option is refused: it contains words; a random one does not',
        fix: 'Make a new one and set it wherever this one is: openssl rand -base64 48',
      },
      {
        setting: 'JWT_SECRET_STAGING_FILE',
        code: 'unreadable',
        message: 'the file that JWT_SECRET_STAGING_FILE names cannot be read',
        fix: 'Give the path of a file that this process may read: ls -l "$JWT_SECRET_STAGING_FILE"',
      },
      {
        setting: 'JWT_SECRET_STAGING',
        code: 'short',
        message: 'JWT_SECRET_STAGING is refused: it has 7 bytes; 32 is the least',
        fix: 'Make a new one and set it wherever this one is: openssl rand -base64 48',
      },
      {
        setting: 'JWT_SECRET_KEY',
        code: 'edge_space',
        message: 'JWT_SECRET_KEY begins or ends with white space',
        fix: 'Write it without: printf %s "$(openssl rand -base64 48)"',
      },
      {
        setting: 'JWT_SECRET_STAGING',
        code: 'conflict',
        message: 'JWT_SECRET_STAGING and JWT_SECRET_STAGING_FILE are both set',
        fix: 'Keep one of them: unset JWT_SECRET_STAGING',
      },
    ]);
  });

  test('the same secret for two environments names both settings', () => {
    expect(resolve({ JWT_SECRET_STAGING: A, JWT_SECRET_DEVELOPMENT: A })).toEqual({
      ok: false,
      problems: [
        {
          setting: 'JWT_SECRET_STAGING',
          code: 'other_environment',
          message: 'JWT_SECRET_STAGING holds the same secret as JWT_SECRET_DEVELOPMENT',
          fix: 'Give each environment its own: openssl rand -base64 48',
        },
      ],
    });
  });

  test('a missing one names every setting that would do', () => {
    expect(resolve({})).toEqual({
      ok: false,
      problems: [
        {
          setting: 'JWT_SECRET_STAGING',
          code: 'missing',
          message:
            'None of JWT_SECRET_STAGING_FILE, JWT_SECRET_STAGING, JWT_SECRET_KEY_FILE and JWT_SECRET_KEY is set',
          fix: 'Make one and set it: JWT_SECRET_STAGING="$(openssl rand -base64 48)"',
        },
      ],
    });
  });

  test('a missing one tells of those for other environments', () => {
    const resolution = resolve({ JWT_SECRET_PRODUCTION: A, JWT_SECRET_DEVELOPMENT_FILE: '/a' });
    expect(resolution.ok ? '' : resolution.problems[0]?.message).toMatch(
      /is set; what is set is for another environment: JWT_SECRET_DEVELOPMENT and JWT_SECRET_PRODUCTION$/,
    );
  });
});

describe('the check value', () => {
  test('is the same for the same secret and use, and says which secret it is of', () => {
    const resolution = resolve({ JWT_SECRET_KEY: A });
    const of = (text: string, purpose = 'jwt', environment = 'staging') =>
      keyCheckValue(Buffer.from(text), { purpose, environment });
    expect(resolution).toMatchObject({ ok: true, secret: { checkValue: of(A) } });
    expect(of(A)).toMatch(/^[0-9a-f]{12}$/);
    expect(new Set([of(A), of(B), of(A, 'service'), of(A, 'jwt', 'production')]).size).toBe(4);
  });

  test('keeps purpose and environment apart, and stays what it is', () => {
    const of = (purpose: string, environment: string) =>
      keyCheckValue(Buffer.from(A), { purpose, environment });
    expect(of('a', 'bc')).not.toBe(of('ab', 'c'));
    // Services of different releases compare theirs: it must not change.
    expect(of('jwt', 'staging')).toBe('7b2a614e989d');
  });
});
