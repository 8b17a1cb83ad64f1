import { LIMITS, type RevocationPage, revocationPageSchema } from '@netra/protocol';
import { createLogger } from '@netra/service';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AuthKit, call, ORIGIN, outcome, signUp, startAuth } from '../testing/auth-kit.ts';
import { eventually } from '../testing/eventually.ts';
import { accessTokenOf, serviceTokenOf } from '../testing/tokens.ts';
import { createRevocations, type Revocation } from './revocations.ts';

let kit: AuthKit;
let nowMs = Date.now();
const now = () => nowMs;
const log = createLogger({ level: 'silent' });
beforeAll(async () => {
  kit = await startAuth({ now });
});
afterAll(() => kit.stop());
beforeEach(() => kit.pool.query('delete from revocations'));

const revocations = () => createRevocations({ pool: kit.pool, issuer: ORIGIN, now, log });
const ofSession = (sessionId: string): Revocation => ({
  kind: 'session',
  code: 'session_ended',
  userId: 'ada',
  sessionId,
});

async function feed(after?: string): Promise<RevocationPage> {
  const bearer = await serviceTokenOf(kit.auth);
  const query = after === undefined ? '' : `?after=${after}`;
  const response = await call(kit.auth, `/auth/service/revocations${query}`, { bearer });
  return revocationPageSchema.parse(await response.json());
}

describe('the feed', () => {
  test('tells every entry once, in order, to whoever asks from where they were', async () => {
    const start = (await feed()).next_cursor;
    await revocations().add(ofSession('one'), { kind: 'key', code: 'token_revoked', kid: 'k1' });
    const first = await feed(start);
    expect(first.items).toMatchObject([
      {
        kind: 'session',
        session_id: 'one',
        user_id: 'ada',
        issuer: ORIGIN,
        at: new Date(nowMs).toISOString(),
      },
      { kind: 'key', kid: 'k1' },
    ]);
    expect(await feed(first.next_cursor)).toEqual({ items: [], next_cursor: first.next_cursor });
    await revocations().add({ kind: 'user', code: 'permissions_changed', userId: 'ada' });
    const second = await feed(first.next_cursor);
    expect(second.items).toMatchObject([{ kind: 'user', not_before: new Date(nowMs).toISOString() }]);
  });

  test('is told in pages', async () => {
    await revocations().add(...Array.from({ length: 620 }, (_, index) => ofSession(`s${index}`)));
    const first = await feed();
    const second = await feed(first.next_cursor);
    expect([first.items.length, second.items.length]).toEqual([500, 120]);
    const told = [...first.items, ...second.items].map((entry) => 'session_id' in entry && entry.session_id);
    expect(told).toEqual(Array.from({ length: 620 }, (_, index) => `s${index}`));
  });

  test('misses nothing while fifty write at once', async () => {
    const log = revocations();
    let cursor = (await feed()).next_cursor;
    const told: string[] = [];
    const read = async () => {
      const page = await feed(cursor);
      cursor = page.next_cursor;
      told.push(...page.items.map((entry) => ('session_id' in entry ? entry.session_id : '')));
    };
    const writing = Promise.all(Array.from({ length: 50 }, (_, index) => log.add(ofSession(`s${index}`))));
    await eventually(async () => {
      await read();
      return told.length >= 50;
    });
    await writing;
    expect(new Set(told).size).toBe(50);
    expect(told).toHaveLength(50);
  });

  test('starts over for a cursor that it does not know, such as one from before a restore', async () => {
    await revocations().add(ofSession('one'));
    for (const unknown of ['999999999', 'nonsense', '-1']) {
      expect((await feed(unknown)).items).toMatchObject([{ session_id: 'one' }]);
    }
  });

  test('forgets an entry when no token can meet it any more, that of a key later', async () => {
    const log = revocations();
    await log.add(ofSession('one'), { kind: 'key', code: 'token_revoked', kid: 'k1' });
    nowMs += LIMITS.accessTokenLifeMs + LIMITS.tokenSkewMs;
    expect((await feed()).items).toHaveLength(2);
    nowMs += LIMITS.tokenSkewMs;
    expect((await feed()).items).toMatchObject([{ kind: 'key' }]);
    nowMs += 65 * 60_000;
    expect((await feed()).items).toHaveLength(0);
    await log.refresh();
    expect((await kit.pool.query('select 1 from revocations')).rows).toHaveLength(0);
  });

  test('is only for services', async () => {
    const { sessionToken } = await signUp(kit.auth);
    const bearer = await accessTokenOf(kit.auth, sessionToken);
    const path = '/auth/service/revocations';
    expect(await outcome(await call(kit.auth, path, { bearer }))).toBe('401 token_audience_wrong');
    expect(await outcome(await call(kit.auth, path))).toBe('401 credential_missing');
  });
});

describe('what ends rights', () => {
  test('signing out ends the tokens of that session, here at once and in another process by itself', async () => {
    const other = await kit.another();
    const person = await signUp(kit.auth);
    const bearer = await accessTokenOf(kit.auth, person.sessionToken);
    expect(await outcome(await call(other, '/auth/validate', { bearer }))).toBe('200');
    await call(kit.auth, '/auth/sign-out', { body: {}, cookie: person.cookie });
    expect(await outcome(await call(kit.auth, '/auth/validate', { bearer }))).toBe('401 session_ended');
    expect((await feed()).items).toMatchObject([{ kind: 'session', code: 'session_ended' }]);
    expect(await outcome(await call(other, '/auth/validate', { bearer }))).toBe('401 session_ended');
  });

  test('a wake-up brings an entry into the memory of another process, and so does polling', async () => {
    const { sessionToken } = await signUp(kit.auth);
    const bearer = await accessTokenOf(kit.auth, sessionToken);
    const { rows } = await kit.pool.query<{ id: string }>('select id from session where token = $1', [
      sessionToken.split('.')[0],
    ]);
    // The session itself stays: what refuses is the entry alone.
    await revocations().add(ofSession(rows[0]?.id ?? ''));
    await eventually(
      async () => (await outcome(await call(kit.auth, '/auth/validate', { bearer }))) === '401 session_ended',
    );
  });

  test('a change of roles ends the tokens of before, and a token of the same second after it is good', async () => {
    nowMs = Math.ceil(nowMs / 1000) * 1000 + 300;
    const { sessionToken, email } = await signUp(kit.auth);
    const before = await accessTokenOf(kit.auth, sessionToken);
    nowMs += 100;
    await kit.auth.users.setRoles(email, ['operator']);
    nowMs += 100;
    const after = await accessTokenOf(kit.auth, sessionToken);
    expect(await outcome(await call(kit.auth, '/auth/validate', { bearer: before }))).toBe(
      '401 token_revoked',
    );
    const response = await call(kit.auth, '/auth/validate', { bearer: after });
    expect(await response.json()).toMatchObject({ roles: ['operator'] });
  });
});
