import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { REMOTE_KEYS } from './cached-keys.ts';
import { remoteKeys } from './remote-keys.ts';

let first: JWK;
let second: JWK;

beforeAll(async () => {
  const make = async (kid: string): Promise<JWK> => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    return { ...(await exportJWK(publicKey)), kid };
  };
  [first, second] = await Promise.all([make('first'), make('second')]);
});

/** A JWKS address whose answer and clock the test holds. */
function scripted(keys: JWK[]) {
  const script = {
    nowMs: 1_900_000_000_000,
    requests: 0,
    answer: async (): Promise<Response> => Response.json({ keys }),
  };
  const source = remoteKeys({
    jwksUrl: 'https://auth.example.com/auth/jwks.json',
    fetch: () => {
      script.requests += 1;
      return script.answer();
    },
    now: () => script.nowMs,
  });
  const find = async (kid: string) => {
    const lookup = await source.find(kid);
    return lookup.found ? lookup.key.kid : lookup.refusal.code;
  };
  const breakDown = () => {
    script.answer = async () => new Response('', { status: 500 });
  };
  return { script, find, breakDown };
}

describe('while the address answers', () => {
  test('a set is fetched once for many callers and used for five minutes', async () => {
    const { script, find } = scripted([first]);
    expect(await Promise.all([find('first'), find('first'), find('first')])).toEqual([
      'first',
      'first',
      'first',
    ]);
    script.nowMs += REMOTE_KEYS.fresh - 1;
    expect(await find('first')).toBe('first');
    expect(script.requests).toBe(1);
    script.nowMs += 1;
    expect(await find('first')).toBe('first');
    expect(script.requests).toBe(2);
  });

  test('a new key is found by one refetch', async () => {
    const { script, find } = scripted([first]);
    await find('first');
    script.answer = async () => Response.json({ keys: [first, second] });
    expect(await Promise.all([find('second'), find('second')])).toEqual(['second', 'second']);
    expect(script.requests).toBe(2);
  });

  test('unknown ids cause at most one fetch in thirty seconds', async () => {
    const { script, find } = scripted([first]);
    await find('first');
    for (let at = 0; at < 20; at += 1) expect(await find(`forged-${at}`)).toBe('token_key_unknown');
    expect(script.requests).toBe(2);
    script.nowMs += REMOTE_KEYS.unknownKidCooldown;
    expect(await find('forged')).toBe('token_key_unknown');
    expect(script.requests).toBe(3);
  });

  test('keys that must not verify tokens are left out', async () => {
    const { find } = scripted([
      { ...first, use: 'enc' },
      { ...second, alg: 'RS256' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'secret' },
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'broken' },
    ]);
    for (const kid of ['first', 'second', 'secret', 'broken'])
      expect(await find(kid)).toBe('token_key_unknown');
  });
});

describe('while the address does not answer', () => {
  test('a cold cache is keys_unavailable, and recovers as soon as the address does', async () => {
    const { script, find, breakDown } = scripted([first]);
    const works = script.answer;
    breakDown();
    expect(await find('first')).toBe('keys_unavailable');
    expect(await find('first')).toBe('keys_unavailable');
    expect(script.requests).toBe(1);
    script.answer = works;
    script.nowMs += REMOTE_KEYS.failureCooldown;
    expect(await find('first')).toBe('first');
  });

  test('known keys stay good for an hour, unknown ones are keys_unavailable', async () => {
    const { script, find, breakDown } = scripted([first]);
    await find('first');
    breakDown();
    expect(await find('second')).toBe('keys_unavailable');
    script.nowMs += REMOTE_KEYS.staleIfError - 1;
    expect(await find('first')).toBe('first');
    expect(await find('second')).toBe('keys_unavailable');
    script.nowMs += 1;
    expect(await find('first')).toBe('keys_unavailable');
  });

  test.each<[string, () => Promise<Response>]>([
    ['does not listen', () => new Promise(() => {})],
    ['throws', () => Promise.reject(new Error('refused'))],
    ['sends something else', async () => Response.json({ keys: 'none' })],
    ['sends too much', async () => new Response(' '.repeat(REMOTE_KEYS.maxBodyBytes + 1))],
  ])('an address that %s is keys_unavailable', async (_name, answer) => {
    const { script, find } = scripted([first]);
    script.answer = answer;
    expect(await find('first')).toBe('keys_unavailable');
  });
});
