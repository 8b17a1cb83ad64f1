import type { RevocationEntry } from '@netra/protocol';
import { describe, expect, test } from 'vitest';
import type { RevocableToken } from './revocation-view.ts';
import { createRevocations } from './revocations.ts';

const T0 = 1_900_000_000_000;
const ISSUER = 'https://auth.example.com';
const iso = (ms: number) => new Date(ms).toISOString();

const token: RevocableToken = {
  issuer: ISSUER,
  jti: 'token-1',
  sessionId: 'session-1',
  userId: 'user-1',
  kid: 'key-1',
  issuedAtMs: T0,
};

const common = { cursor: '1', at: iso(T0 + 1_000), issuer: ISSUER, expires_at: iso(T0 + 700_000) };
const ofToken: RevocationEntry = {
  ...common,
  kind: 'token',
  code: 'token_revoked',
  user_id: 'user-1',
  jti: 'token-1',
};
const ofSession: RevocationEntry = {
  ...common,
  kind: 'session',
  code: 'session_ended',
  user_id: 'user-1',
  session_id: 'session-1',
};
const ofUser: RevocationEntry = {
  ...common,
  kind: 'user',
  code: 'user_inactive',
  user_id: 'user-1',
  not_before: iso(T0 + 1_000),
};
const ofKey: RevocationEntry = { ...common, kind: 'key', code: 'token_revoked', kid: 'key-1' };

function scripted(maxEntries?: number) {
  const script = { nowMs: T0 };
  const revocations = createRevocations({
    now: () => script.nowMs,
    ...(maxEntries === undefined ? {} : { maxEntries }),
  });
  const codeFor = (facts: Partial<RevocableToken> = {}) =>
    revocations.refusalFor({ ...token, ...facts })?.code;
  return { script, revocations, codeFor };
}

test('nothing is revoked at first', () => {
  const { codeFor, revocations } = scripted();
  expect(codeFor()).toBeUndefined();
  expect(revocations.generation()).toBe(0);
});

test.each<[string, RevocationEntry, string, Partial<RevocableToken>]>([
  ['one token', ofToken, 'token_revoked', { jti: 'token-2' }],
  ['a session', ofSession, 'session_ended', { sessionId: 'session-2' }],
  ['a user', ofUser, 'user_inactive', { userId: 'user-2' }],
  ['a key', ofKey, 'token_revoked', { kid: 'key-2' }],
])('an entry about %s ends that and nothing else', (_name, entry, code, other) => {
  const { codeFor, revocations } = scripted();
  revocations.apply([entry]);
  expect(codeFor()).toBe(code);
  expect(codeFor(other)).toBeUndefined();
  expect(codeFor({ issuer: 'https://other.example' })).toBeUndefined();
  expect(revocations.generation()).toBe(1);
});

test('a key is known as revoked by issuer and id alone, before anything of a token is proven', () => {
  const { revocations } = scripted();
  expect(revocations.keyRefusal(ISSUER, 'key-1')).toBeUndefined();
  revocations.apply([ofKey]);
  expect(revocations.keyRefusal(ISSUER, 'key-1')?.code).toBe('token_revoked');
  expect(revocations.keyRefusal(ISSUER, 'key-2')).toBeUndefined();
  expect(revocations.keyRefusal('https://other.example', 'key-1')).toBeUndefined();
  expect(revocations.keyRefusal(ISSUER, undefined)).toBeUndefined();
});

test('an id of one kind is not that of another', () => {
  const { codeFor, revocations } = scripted();
  revocations.apply([ofToken]);
  expect(codeFor({ jti: 'x', sessionId: 'token-1', userId: 'token-1', kid: 'token-1' })).toBeUndefined();
});

test('a token without a key id is not ended by a key', () => {
  const { revocations } = scripted();
  const { kid: _kid, ...keyless } = token;
  revocations.apply([ofKey]);
  expect(revocations.refusalFor(keyless)).toBeUndefined();
  revocations.apply([ofUser]);
  expect(revocations.refusalFor(keyless)?.code).toBe('user_inactive');
});

describe('tokens of a user', () => {
  test('from the instant on are good, those from before are not', () => {
    const { codeFor, revocations } = scripted();
    revocations.apply([ofUser]);
    expect(codeFor({ issuedAtMs: T0 + 999 })).toBe('user_inactive');
    expect(codeFor({ issuedAtMs: T0 + 1_000 })).toBeUndefined();
  });

  test('are told of changed rights as token_revoked: a new one has them', () => {
    const { codeFor, revocations } = scripted();
    revocations.apply([{ ...ofUser, code: 'permissions_changed' }]);
    expect(codeFor()).toBe('token_revoked');
  });

  test('are held against the latest instant, in whatever order the entries come', () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const { codeFor, revocations } = scripted();
      const entries = [ofUser, { ...ofUser, not_before: iso(T0 + 5_000) }];
      revocations.apply(order.flatMap((at) => entries[at] ?? []));
      expect(codeFor({ issuedAtMs: T0 + 4_999 })).toBe('user_inactive');
      expect(codeFor({ issuedAtMs: T0 + 5_000 })).toBeUndefined();
    }
  });
});

test('what was said already changes nothing, so remembered verdicts stand', () => {
  const { revocations } = scripted();
  revocations.apply([ofToken, ofSession, ofUser, ofKey]);
  expect(revocations.generation()).toBe(4);
  revocations.apply([ofToken, ofSession, ofUser, ofKey]);
  expect(revocations.generation()).toBe(4);
});

test('an entry that lasts longer than the known one replaces it', () => {
  const { script, codeFor, revocations } = scripted();
  revocations.apply([ofSession]);
  revocations.apply([{ ...ofSession, expires_at: iso(T0 + 900_000) }]);
  expect(revocations.generation()).toBe(2);
  script.nowMs = T0 + 800_000;
  revocations.apply([]);
  expect(codeFor()).toBe('session_ended');
});

test('an entry that is over is not taken, and one that got over is forgotten within a minute', () => {
  const { script, codeFor, revocations } = scripted();
  revocations.apply([{ ...ofToken, expires_at: iso(T0) }]);
  expect(codeFor()).toBeUndefined();
  expect(revocations.generation()).toBe(0);
  revocations.apply([{ ...ofToken, expires_at: iso(T0 + 1) }, ofSession]);
  script.nowMs = T0 + 59_999;
  revocations.apply([]);
  expect(codeFor()).toBe('token_revoked');
  script.nowMs = T0 + 60_000;
  revocations.apply([]);
  expect(codeFor()).toBe('session_ended');
  script.nowMs = T0 + 119_999;
  revocations.apply([{ ...ofToken, jti: 'token-2', expires_at: iso(T0 + 120_000) }]);
  script.nowMs = T0 + 120_000;
  revocations.apply([]);
  expect(codeFor({ jti: 'token-2', sessionId: 'x' })).toBeUndefined();
});

describe('more entries than there is room for', () => {
  test('make the oldest an instant before which every token of its issuer must be renewed', () => {
    const { codeFor, revocations } = scripted(2);
    revocations.apply([ofToken, ofSession, ofUser]);
    const stranger = { jti: 'x', sessionId: 'x', userId: 'x' };
    expect(codeFor({ ...stranger, issuedAtMs: T0 + 999 })).toBe('token_revoked');
    expect(codeFor({ ...stranger, issuedAtMs: T0 + 1_000 })).toBeUndefined();
    expect(codeFor({ ...stranger, issuer: 'https://other.example' })).toBeUndefined();
    // What still has room keeps its own code.
    expect(codeFor({ jti: 'x' })).toBe('session_ended');
  });

  test('never move that instant back', () => {
    const { codeFor, revocations } = scripted(1);
    const late = { ...ofToken, at: iso(T0 + 9_000) };
    revocations.apply([late, { ...ofSession, at: iso(T0 + 2_000) }, ofUser]);
    expect(codeFor({ jti: 'x', sessionId: 'x', userId: 'x', issuedAtMs: T0 + 8_999 })).toBe('token_revoked');
    expect(codeFor({ jti: 'x', sessionId: 'x', userId: 'x', issuedAtMs: T0 + 9_000 })).toBeUndefined();
  });

  test('never push out a key', () => {
    const { codeFor, revocations } = scripted(1);
    revocations.apply([ofKey, ofToken]);
    expect(codeFor({ jti: 'x', issuedAtMs: T0 + 10_000 })).toBe('token_revoked');
    expect(codeFor({ jti: 'x', kid: 'x', issuedAtMs: T0 + 10_000 })).toBeUndefined();
  });
});

test('by the clock of the machine and with the room that there is by default', () => {
  const revocations = createRevocations();
  revocations.apply([{ ...ofToken, expires_at: '2000-01-01T00:00:00.000Z' }]);
  expect(revocations.generation()).toBe(0);
  revocations.apply(
    Array.from({ length: 1_000 }, (_, at) => ({
      ...ofToken,
      jti: `t-${at}`,
      expires_at: '2999-01-01T00:00:00.000Z',
    })),
  );
  expect(revocations.refusalFor({ ...token, jti: 't-0' })?.code).toBe('token_revoked');
  expect(revocations.refusalFor({ ...token, jti: 'other' })).toBeUndefined();
});
