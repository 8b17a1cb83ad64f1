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
  return { script, source, find, breakDown };
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

  test('a key stands without asking only while its set is fresh, to the millisecond', async () => {
    const { script, source, find } = scripted([first]);
    await find('first');
    script.nowMs += REMOTE_KEYS.fresh - 1;
    expect(source.current('first')).toBeDefined();
    expect(source.current('second')).toBeUndefined();
    script.nowMs += 1;
    expect(source.current('first')).toBeUndefined();
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

  test('once it is known that keys changed, an unknown id is asked for at once, and every second for five', async () => {
    const { script, source, find } = scripted([first]);
    await find('first');
    expect(await find('second')).toBe('token_key_unknown');
    source.expectChange();
    // A copy on the way may still be the old one.
    expect(await find('second')).toBe('token_key_unknown');
    script.answer = async () => Response.json({ keys: [second] });
    script.nowMs += 999;
    expect(await find('second')).toBe('token_key_unknown');
    expect(script.requests).toBe(3);
    script.nowMs += 1;
    expect(await find('second')).toBe('second');
    script.nowMs += 3_999;
    await find('third');
    expect(script.requests).toBe(5);
    script.nowMs += 1_000;
    await find('third');
    expect(script.requests).toBe(5);
    script.nowMs += 29_000;
    await find('third');
    expect(script.requests).toBe(6);
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

describe('what is read', () => {
  /** One look for the key, and what was logged of it. */
  async function read(answer: (request: Request) => Response | Promise<Response>) {
    const warnings: string[] = [];
    const source = remoteKeys({
      jwksUrl: 'https://auth.example.com/auth/jwks.json',
      fetch: answer,
      log: { warn: (fields, message) => warnings.push(`${message} ${JSON.stringify(fields)}`) },
    });
    const lookup = await source.find('first');
    return { isFound: lookup.found, warning: warnings.join() };
  }

  test('is asked for as JSON, within the time limit, and never at another address', async () => {
    const { isFound } = await read((request) => {
      expect(request.redirect).toBe('error');
      expect(request.headers.get('accept')).toBe('application/json');
      expect(request.signal.aborted).toBe(false);
      return Response.json({ keys: [first] });
    });
    expect(isFound).toBe(true);
  });

  test.each<[string, () => Response | Promise<Response>]>([
    ['status 500', () => Response.json({ keys: [first] }, { status: 500 })],
    ['status 201', () => Response.json({ keys: [first] }, { status: 201 })],
    [
      'the document is too large',
      () => new Response(JSON.stringify({ keys: [first] }).padEnd(64 * 1024 + 1)),
    ],
    ['not a key set', () => Response.json('keys')],
    ['not a key set', () => Response.json(null)],
    ['not a key set', () => Response.json({})],
    ['not a key set', () => Response.json({ keys: { 0: first } })],
    ['not a key set', () => Response.json({ keys: [first, null] })],
    ['not a key set', () => Response.json({ keys: [first, 'key'] })],
    ['timeout', () => new Promise(() => {})],
  ])('is refused and logged as %s', async (why, answer) => {
    const { isFound, warning } = await read(answer);
    expect(isFound).toBe(false);
    expect(warning).toContain('the key set could not be fetched');
    expect(warning).toContain(`Error: ${why}`);
  });

  test('may be as large as the limit', async () => {
    const body = JSON.stringify({ keys: [first] }).padEnd(64 * 1024);
    expect(await read(() => new Response(body))).toEqual({ isFound: true, warning: '' });
  });

  test('is the first 32 keys', async () => {
    const many = Array.from({ length: 32 }, (_, at) => ({ ...second, kid: `k-${at}` }));
    expect((await read(() => Response.json({ keys: [...many, first] }))).isFound).toBe(false);
    expect((await read(() => Response.json({ keys: [...many.slice(1), first] }))).isFound).toBe(true);
  });
});
