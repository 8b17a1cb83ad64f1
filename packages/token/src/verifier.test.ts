import { LIMITS, type ReasonCode } from '@netra/protocol';
import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { localKeys } from './local-keys.ts';
import { ownIssuer } from './trusted-issuer.ts';
import { createVerifier, type Verifier } from './verifier.ts';

const nowMs = 1_900_000_000_000;
const nowS = nowMs / 1000;
const issuer = 'https://auth.example.com';
const claims = {
  iss: issuer,
  aud: 'netra',
  sub: 'user-1',
  sid: 'session-1',
  jti: 'token-1',
  iat: nowS,
  exp: nowS + 600,
  env: 'staging',
  roles: ['user'],
  permissions: ['chat'],
};

let privateKey: CryptoKey;
let verifier: Verifier;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  privateKey = pair.privateKey;
  const jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: 'key-1' };
  const rsa = await generateKeyPair('RS256', { extractable: true });
  const rsaJwk: JWK = { ...(await exportJWK(rsa.publicKey)), kid: 'key-rsa' };
  verifier = createVerifier({
    issuers: [ownIssuer({ keys: localKeys([jwk, rsaJwk]), issuer, audience: 'netra' })],
    environment: 'staging',
    now: () => nowMs,
  });
});

type Header = Record<string, unknown>;

/** Signs exactly these bytes: tests need tokens that no honest library would make. */
function sign(payload: object | string, header: Header = {}, key: CryptoKey = privateKey): Promise<string> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1', ...header })
    .sign(key);
}

/** A token whose header is this text, byte for byte; its signature is that of an honest token. */
async function withRawHeader(header: string): Promise<string> {
  const [, body, signature] = (await sign(claims)).split('.');
  return `${Buffer.from(header).toString('base64url')}.${body}.${signature}`;
}

async function codeFor(token: string): Promise<ReasonCode | 'accepted'> {
  const verdict = await verifier.verify(token);
  return verdict.ok ? 'accepted' : verdict.refusal.code;
}

test('a good token becomes an identity with its deadline', async () => {
  const verdict = await verifier.verify(await sign(claims));
  expect(verdict).toEqual({
    ok: true,
    identity: {
      issuer,
      userId: 'user-1',
      sessionId: 'session-1',
      jti: 'token-1',
      kid: 'key-1',
      tokenKind: 'user',
      provisioning: 'none',
      roles: ['user'],
      permissions: ['chat'],
      environment: 'staging',
      issuedAtMs: nowMs,
      expiresAtMs: nowMs + 600_000,
      deadlineMs: nowMs + 600_000 + LIMITS.tokenSkewMs,
    },
  });
});

test('a role that this version does not know grants nothing', async () => {
  const verdict = await verifier.verify(
    await sign({ ...claims, roles: ['user', 'root'], permissions: ['chat', '*'] }),
  );
  expect(verdict).toMatchObject({ ok: true, identity: { roles: ['user'], permissions: ['chat'] } });
});

test.each(['ES256', 'RS256', 'EdDSA'])('a key of its own makes %s a good token', async (alg) => {
  const pair = await generateKeyPair(alg, { extractable: true });
  const keys = localKeys([{ ...(await exportJWK(pair.publicKey)), kid: 'own', alg }]);
  const other = createVerifier({
    issuers: [ownIssuer({ keys, issuer, audience: 'netra' })],
    environment: 'staging',
    now: () => nowMs,
  });
  expect(await other.verify(await sign(claims, { alg, kid: 'own' }, pair.privateKey))).toMatchObject({
    ok: true,
  });
});

describe('form, before any key is looked at', () => {
  test('more than 8 KiB is token_too_large', async () => {
    expect(await codeFor(await sign({ ...claims, pad: 'x'.repeat(8_200) }))).toBe('token_too_large');
  });

  test.each(['', 'a', 'a.b', 'a.b.c.d', 'a.b.c.d.e', '..'])('%j is token_malformed', async (token) => {
    expect(await codeFor(token)).toBe('token_malformed');
  });

  test('padding, white space, another alphabet and stray trailing bits are token_malformed', async () => {
    const token = await sign(claims);
    const [head, body, signature] = token.split('.');
    const withTrailingBit = sameBytesOtherSpelling(signature ?? '');
    expect(Buffer.from(withTrailingBit, 'base64url')).toEqual(Buffer.from(signature ?? '', 'base64url'));
    for (const bad of [
      `${token}==`,
      ` ${token}`,
      `${token}\n`,
      `${head}.${body}.${withTrailingBit}`,
      `${head}.${body}+.${signature}`,
    ]) {
      expect(await codeFor(bad)).toBe('token_malformed');
    }
  });

  test.each([
    ['not JSON', '{"alg":"ES256"'],
    ['an array', '["ES256"]'],
    ['a byte order mark', '\uFEFF{"alg":"ES256","typ":"at+jwt","kid":"key-1"}'],
    ['a member twice', '{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"key-1"}'],
    ['a member twice, once escaped', '{"alg":"ES256","\\u0061lg":"none","typ":"at+jwt","kid":"key-1"}'],
    ['a nested member twice', '{"alg":"ES256","typ":"at+jwt","kid":"key-1","x":[{"a":"\\"","a":1}]}'],
    ['too deep', `{"alg":"ES256","typ":"at+jwt","kid":"key-1","x":${'['.repeat(9)}${']'.repeat(9)}}`],
    ['a critical extension', '{"alg":"ES256","typ":"at+jwt","kid":"key-1","crit":["exp"],"exp":1}'],
    ['an empty crit', '{"alg":"ES256","typ":"at+jwt","kid":"key-1","crit":[]}'],
  ])('a header with %s is token_malformed', async (_name, header) => {
    expect(await codeFor(await withRawHeader(header))).toBe('token_malformed');
  });

  test('claims that are not strict JSON are token_malformed although they are signed', async () => {
    const text = JSON.stringify(claims);
    expect(await codeFor(await sign(`{"sub":"user-2",${text.slice(1)}`))).toBe('token_malformed');
    const bytes = new Uint8Array([...new TextEncoder().encode(text.slice(0, -1)), 0xff, 0x7d]);
    const token = await new CompactSign(bytes)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1' })
      .sign(privateKey);
    expect(await codeFor(token)).toBe('token_malformed');
  });
});

describe('header and key', () => {
  test.each(['none', 'NONE', 'HS256', 'PS256', 'es256', 7, null])(
    'alg %j is token_algorithm_refused',
    async (alg) => {
      const header = JSON.stringify({ alg, typ: 'at+jwt', kid: 'key-1' });
      expect(await codeFor(await withRawHeader(header))).toBe('token_algorithm_refused');
      const unsigned = `${Buffer.from(header).toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
      expect(await codeFor(unsigned)).toBe('token_algorithm_refused');
    },
  );

  test('an algorithm that is not that of the key is token_algorithm_refused', async () => {
    expect(await codeFor(await sign(claims, { kid: 'key-rsa' }))).toBe('token_algorithm_refused');
  });

  test.each(['JWT', 'id+jwt', '', 7])('typ %j is token_type_wrong', async (typ) => {
    const header = JSON.stringify({ alg: 'ES256', typ, kid: 'key-1' });
    expect(await codeFor(await withRawHeader(header))).toBe('token_type_wrong');
  });

  test.each(['other', '', '../../etc/passwd', "x' OR 1=1", 'k'.repeat(65), 7])(
    'kid %j is token_key_unknown',
    async (kid) => {
      const header = JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid });
      expect(await codeFor(await withRawHeader(header))).toBe('token_key_unknown');
    },
  );

  test('a key that the token brings along is ignored', async () => {
    const evil = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(evil.publicKey);
    const header = { jwk, jku: 'https://evil.example/jwks', x5u: 'https://evil.example/x', x5c: ['AAAA'] };
    expect(await codeFor(await sign(claims, header, evil.privateKey))).toBe('token_signature_invalid');
    expect(await codeFor(await sign(claims, header))).toBe('accepted');
  });

  test('altered claims, an altered, empty or zero signature are token_signature_invalid', async () => {
    const [head, body, signature = ''] = (await sign(claims)).split('.');
    const [, otherBody] = (await sign({ ...claims, sub: 'user-2' })).split('.');
    const zero = Buffer.alloc(64).toString('base64url');
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    for (const bad of [
      `${head}.${otherBody}.${signature}`,
      `${head}.${body}.${flipped}`,
      `${head}.${body}.`,
      `${head}.${body}.${zero}`,
    ]) {
      expect(await codeFor(bad)).toBe('token_signature_invalid');
    }
  });
});

describe('claims', () => {
  const without = (name: keyof typeof claims) => ({ ...claims, [name]: undefined });
  const skewS = LIMITS.tokenSkewMs / 1000;

  test.each<[ReasonCode | 'accepted', string, object]>([
    ['token_issuer_untrusted', 'another issuer', { ...claims, iss: `${issuer}/` }],
    ['token_issuer_untrusted', 'no issuer', without('iss')],
    ['token_audience_wrong', 'another audience', { ...claims, aud: 'netra-service' }],
    ['token_audience_wrong', 'an empty list of audiences', { ...claims, aud: [] }],
    ['accepted', 'one audience among several', { ...claims, aud: ['other', 'netra'] }],
    ['token_environment_wrong', 'another environment', { ...claims, env: 'production' }],
    ['token_environment_wrong', 'no environment', without('env')],
    ['token_claim_missing', 'no exp', without('exp')],
    ['token_claim_missing', 'exp as text', { ...claims, exp: `${nowS + 600}` }],
    ['token_claim_missing', 'exp beyond every calendar', { ...claims, exp: 1e300 }],
    ['token_claim_missing', 'no iat', without('iat')],
    ['token_claim_missing', 'nbf as text', { ...claims, nbf: 'now' }],
    ['accepted', 'exp just within the skew', { ...claims, exp: nowS - skewS + 0.001 }],
    ['token_expired', 'exp just beyond the skew', { ...claims, exp: nowS - skewS }],
    ['accepted', 'iat just within the skew', { ...claims, iat: nowS + skewS }],
    ['token_not_yet_valid', 'iat beyond the skew', { ...claims, iat: nowS + skewS + 1 }],
    ['accepted', 'nbf within the skew', { ...claims, nbf: nowS + skewS }],
    ['token_not_yet_valid', 'nbf beyond the skew', { ...claims, nbf: nowS + skewS + 1 }],
    ['token_claim_missing', 'no sub', without('sub')],
    ['token_claim_missing', 'an empty sub', { ...claims, sub: '' }],
    ['token_claim_missing', 'no sid', without('sid')],
    ['token_claim_missing', 'no jti', without('jti')],
    ['token_claim_missing', 'no roles', without('roles')],
    ['token_claim_missing', 'roles as text', { ...claims, roles: 'user' }],
    ['token_claim_missing', 'no permissions', without('permissions')],
  ])('%s for %s', async (code, _name, payload) => {
    expect(await codeFor(await sign(payload))).toBe(code);
  });

  test('an issuer that nobody trusts is that, whatever its type, key and signature', async () => {
    const stranger = { ...claims, iss: 'https://elsewhere.example' };
    const other = await generateKeyPair('ES256');
    for (const token of [
      await sign(stranger, { typ: 'JWT' }),
      await sign(stranger, { kid: 'other' }),
      await sign(stranger, { typ: 'JWT', kid: 'other' }, other.privateKey),
    ])
      expect(await codeFor(token)).toBe('token_issuer_untrusted');
    // What is wrong with a token of whatever issuer is told first.
    expect(await codeFor(await sign(stranger, { kid: '../key' }))).toBe('token_key_unknown');
    const none = `${encode({ alg: 'none', typ: 'JWT' })}.${encode(stranger)}.`;
    expect(await codeFor(none)).toBe('token_algorithm_refused');
  });

  test('the first fault in the order of the contract decides', async () => {
    expect(await codeFor(await sign({ iss: 'x', aud: 'x', env: 'x', exp: 1 }))).toBe(
      'token_issuer_untrusted',
    );
    expect(await codeFor(await sign({ ...claims, aud: 'x', env: 'x', exp: 1 }))).toBe('token_audience_wrong');
    expect(await codeFor(await sign({ ...claims, env: 'x', exp: 1 }))).toBe('token_environment_wrong');
    expect(await codeFor(await sign({ ...claims, exp: 1, sub: '' }))).toBe('token_expired');
  });
});

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The last character of 64 bytes in base64url carries four bits that no byte uses. */
function sameBytesOtherSpelling(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return part.slice(0, -1) + alphabet.charAt(alphabet.indexOf(part.slice(-1)) + 1);
}
