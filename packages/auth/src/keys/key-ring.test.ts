import { randomBytes } from 'node:crypto';
import { keyCheckValue } from '@netra/token';
import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuthService } from '../service.ts';
import { type AuthKit, call, outcome, signUp, startAuth } from '../testing/auth-kit.ts';
import { eventually } from '../testing/eventually.ts';
import { accessTokenOf, remoteVerifier } from '../testing/tokens.ts';
import { PUBLISH_AHEAD_MS, RETIRING_MS } from './ring-plan.ts';

let kit: AuthKit;
let nowMs = Date.now();
const now = () => nowMs;
beforeAll(async () => {
  kit = await startAuth({ now });
});
afterAll(() => kit.stop());
beforeEach(async () => {
  await kit.pool.query('delete from signing_keys');
  await kit.pool.query('delete from revocations');
});

async function published(auth: AuthService): Promise<Record<string, string>[]> {
  const { keys } = (await (await call(auth, '/auth/jwks.json')).json()) as { keys: Record<string, string>[] };
  return keys;
}
const states = async (auth: AuthService) =>
  (await auth.keys.list()).map(({ state }) => String(state)).sort((left, right) => left.localeCompare(right));
const kidOf = (token: string) => decodeProtectedHeader(token).kid;

describe('the first key', () => {
  test('processes that start at once agree on one', async () => {
    const started = await Promise.all(Array.from({ length: 4 }, () => kit.another()));
    const rings = await Promise.all(started.map((each) => published(each)));
    expect(new Set(rings.map(([key]) => key?.kid)).size).toBe(1);
    expect(await states(kit.auth)).toEqual(['active']);
  });

  test('a wrong encryption key ends the start with the way out', async () => {
    await kit.another();
    await expect(kit.another({ encryptionKey: 'not the key that it was before' })).rejects.toMatchObject({
      code: 'encryption_key_wrong',
      fix: expect.stringContaining('AUTH_ENCRYPTION_KEY'),
    });
  });

  test('a restart keeps the key, and sessions and tokens of before stay good', async () => {
    const before = await kit.another();
    const person = await signUp(before);
    const bearer = await accessTokenOf(before, person.sessionToken);
    const after = await kit.another();
    expect((await call(after, '/auth/validate', { bearer })).status).toBe(200);
    expect((await call(after, '/auth/token', { body: {}, cookie: person.cookie })).status).toBe(200);
  });

  test('the key set is public, cacheable, and named by thumbprint', async () => {
    const auth = await kit.another();
    const response = await call(auth, '/auth/jwks.json');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    const [key, ...others] = await published(auth);
    expect(others).toEqual([]);
    const { kid, d, ...rest } = key ?? {};
    expect(d).toBeUndefined();
    expect(rest).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(await calculateJwkThumbprint(rest)).toBe(kid);
  });

  test('no private key is readable in the database', async () => {
    await kit.another();
    const { rows } = await kit.pool.query('select signing_keys::text as row from signing_keys');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain('"d"');
  });
});

describe('rotation', () => {
  test('two processes and a remote verifier refuse no token while the ring turns', async () => {
    const [one, two] = [await kit.another(), await kit.another()];
    const { sessionToken } = await signUp(one);
    const verifiers = [remoteVerifier(one, now), remoteVerifier(two, now)];
    const alive: { token: string; untilMs: number }[] = [];
    const kids = new Set<string | undefined>();
    const refused: unknown[] = [];
    const rotated = await one.keys.rotate();
    expect(rotated.activateAtMs).toBe(nowMs + PUBLISH_AHEAD_MS);
    expect(await states(one)).toEqual(['active', 'next']);

    for (let minute = 0; minute < 45; minute += 1) {
      nowMs += 60_000;
      // Whichever process looks first turns the ring; here it is the one that gets no other request.
      await two.keys.turn();
      for (const auth of [one, two]) {
        const token = await accessTokenOf(auth, sessionToken);
        kids.add(kidOf(token));
        alive.push({ token, untilMs: nowMs + 600_000 });
      }
      for (const { token, untilMs } of alive) {
        if (untilMs <= nowMs) continue;
        for (const verifier of verifiers) {
          const verdict = await verifier.verify(token);
          if (!verdict.ok) refused.push({ minute, verdict });
        }
      }
      const newest = alive.at(-1)?.token ?? '';
      for (const auth of [one, two]) {
        const answer = await outcome(await call(auth, '/auth/validate', { bearer: newest }));
        if (answer !== '200') refused.push({ minute, answer });
      }
    }
    expect(refused).toEqual([]);
    expect(kids.size).toBe(2);
    expect(await states(one)).toEqual(['active', 'revoked']);
    expect(await published(one)).toHaveLength(1);
  });

  test('while many ask for tokens of both processes, every one of them is good everywhere', async () => {
    const [one, two] = [await kit.another(), await kit.another()];
    const { sessionToken } = await signUp(one);
    const verifier = remoteVerifier(two, now);
    const before = kidOf(await accessTokenOf(one, sessionToken));
    await one.keys.rotate();
    nowMs += PUBLISH_AHEAD_MS;
    const [, ...tokens] = await Promise.all([
      two.keys.turn(),
      ...Array.from({ length: 60 }, (_, index) => accessTokenOf(index % 2 ? one : two, sessionToken)),
    ]);
    const verdicts = await Promise.all(tokens.map((token) => verifier.verify(token)));
    expect(verdicts.filter(({ ok }) => !ok)).toEqual([]);
    await eventually(async () => kidOf(await accessTokenOf(one, sessionToken)) !== before);
  });

  test('repeating it changes nothing, and many at once make one key', async () => {
    const auth = await kit.another();
    const answers = await Promise.all(Array.from({ length: 5 }, () => auth.keys.rotate()));
    expect(new Set(answers.map(({ kid }) => kid)).size).toBe(1);
    expect(await states(auth)).toEqual(['active', 'next']);
  });

  test('happens by itself when the key is old enough', async () => {
    const auth = await kit.another({ rotateKeysAfterMs: 24 * 60 * 60_000 });
    nowMs += 24 * 60 * 60_000 - PUBLISH_AHEAD_MS;
    await auth.keys.turn();
    expect(await states(auth)).toEqual(['active', 'next']);
    nowMs += PUBLISH_AHEAD_MS;
    await auth.keys.turn();
    expect(await states(auth)).toEqual(['active', 'retiring']);
    nowMs += RETIRING_MS;
    await auth.keys.turn();
    expect(await states(auth)).toEqual(['active', 'revoked']);
    await auth.stop();
  });
});

describe('a step back', () => {
  test('withdraws a next key that never signed', async () => {
    const auth = await kit.another();
    await auth.keys.rotate();
    expect(await auth.keys.revert()).toMatchObject([{ state: 'active' }]);
    await expect(auth.keys.revert()).rejects.toMatchObject({ code: 'nothing_to_revert' });
  });

  test('lets the key of before sign again; what the other one signed stays good', async () => {
    const auth = await kit.another();
    const { sessionToken } = await signUp(auth);
    const first = await accessTokenOf(auth, sessionToken);
    await auth.keys.rotate();
    nowMs += PUBLISH_AHEAD_MS;
    await auth.keys.turn();
    const second = await accessTokenOf(auth, sessionToken);
    expect(kidOf(second)).not.toBe(kidOf(first));
    await auth.keys.revert();
    expect(await states(auth)).toEqual(['active', 'next']);
    expect(kidOf(await accessTokenOf(auth, sessionToken))).toBe(kidOf(first));
    expect(await outcome(await call(auth, '/auth/validate', { bearer: second }))).toBe('200');
  });
});

describe('a revoked key', () => {
  test('is refused in every process, leaves the key set and the database, and another signs', async () => {
    const [one, two] = [await kit.another(), await kit.another()];
    const { sessionToken } = await signUp(one);
    const bearer = await accessTokenOf(one, sessionToken);
    const kid = kidOf(bearer) ?? '';
    expect(await outcome(await call(two, '/auth/validate', { bearer }))).toBe('200');
    await one.keys.revoke(kid);
    const answerOf = async (auth: AuthService) => outcome(await call(auth, '/auth/validate', { bearer }));
    expect(await answerOf(one)).toBe('401 token_revoked');
    await eventually(async () => (await answerOf(two)) === '401 token_revoked');
    expect((await published(one)).map((key) => key.kid)).not.toContain(kid);
    const { rows } = await kit.pool.query('select sealed_private_jwk from signing_keys where kid = $1', [
      kid,
    ]);
    expect(rows).toEqual([{ sealed_private_jwk: null }]);
    const fresh = await accessTokenOf(two, sessionToken);
    expect(kidOf(fresh)).not.toBe(kid);
    expect(await outcome(await call(one, '/auth/validate', { bearer: fresh }))).toBe('200');
    const { rows: entries } = await kit.pool.query('select kind, kid from revocations');
    expect(entries).toEqual([{ kind: 'key', kid }]);
    await expect(one.keys.revoke('nobody')).rejects.toMatchObject({ code: 'key_unknown' });
  });
});

describe('a shared secret', () => {
  const bytes = new Uint8Array(randomBytes(32));
  const sharedSecret = {
    bytes,
    source: 'JWT_SECRET_STAGING',
    checkValue: keyCheckValue(bytes, { purpose: 'jwt', environment: 'development' }),
  };

  test('signs HS256, is never published, and accepts nothing of the ring', async () => {
    const ring = await kit.another();
    const auth = await kit.another({ sharedSecret });
    const { sessionToken } = await signUp(auth);
    const bearer = await accessTokenOf(auth, sessionToken);
    expect(decodeProtectedHeader(bearer)).toEqual({ alg: 'HS256', typ: 'at+jwt' });
    expect(await outcome(await call(auth, '/auth/validate', { bearer }))).toBe('200');
    expect(await published(auth)).toEqual([]);
    expect(await outcome(await call(ring, '/auth/validate', { bearer }))).toMatch(/^401 /);
    const ofRing = await accessTokenOf(ring, sessionToken);
    expect(await outcome(await call(auth, '/auth/validate', { bearer: ofRing }))).toBe(
      '401 token_algorithm_refused',
    );
    expect(kit.logged.join('')).not.toContain(Buffer.from(bytes).toString('base64'));
  });
});
