import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Algorithm } from './algorithms.ts';
import { localKeys } from './local-keys.ts';
import { verificationKeyOf } from './verification-key.ts';

let ec: JWK;
let rsa: JWK;
let ed: JWK;

beforeAll(async () => {
  const make = async (alg: string, kid: string): Promise<JWK> => {
    const { publicKey } = await generateKeyPair(alg, { extractable: true });
    return { ...(await exportJWK(publicKey)), kid };
  };
  [ec, rsa, ed] = await Promise.all([make('ES256', 'ec'), make('RS256', 'rsa'), make('EdDSA', 'ed')]);
});

test.each<[string, () => JWK, Algorithm]>([
  ['a P-256 key', () => ec, 'ES256'],
  ['a P-256 key that says so', () => ({ ...ec, alg: 'ES256', use: 'sig', key_ops: ['verify'] }), 'ES256'],
  ['an RSA key', () => rsa, 'RS256'],
  ['an RSA key for PS384', () => ({ ...rsa, alg: 'PS384' }), 'PS384'],
  ['an Ed25519 key', () => ed, 'EdDSA'],
])('%s is pinned to one algorithm', (_name, jwk, algorithm) => {
  expect(verificationKeyOf(jwk())).toMatchObject({ algorithm, key: { type: 'public' } });
});

test('the private part of a key that was published by mistake is not kept', async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = verificationKeyOf({ ...(await exportJWK(privateKey)), kid: 'oops' });
  expect(key?.key.type).toBe('public');
});

test.each<[string, () => JWK]>([
  ['another use', () => ({ ...ec, use: 'enc' })],
  ['operations without verify', () => ({ ...ec, key_ops: ['sign'] })],
  ['operations that are no list', () => ({ ...ec, key_ops: 'verify' as unknown as string[] })],
  ['no id', () => ({ ...ec, kid: undefined }) as unknown as JWK],
  ['an empty id', () => ({ ...ec, kid: '' })],
  ['an id that is a path', () => ({ ...ec, kid: '../key' })],
  ['an id that ends in a line', () => ({ ...ec, kid: 'key\n' })],
  ['an id of 65 characters', () => ({ ...ec, kid: 'k'.repeat(65) })],
  ['the algorithm of another kind', () => ({ ...ec, alg: 'RS256' })],
  ['the algorithm of another curve', () => ({ ...ec, alg: 'ES384' })],
  ['an EC algorithm on an RSA key', () => ({ ...rsa, alg: 'ES256' })],
  ['a secret one on an RSA key', () => ({ ...rsa, alg: 'HS256' })],
  ['an unknown one on an RSA key', () => ({ ...rsa, alg: 'RSA-OAEP' })],
  ['one that every object has', () => ({ ...rsa, alg: 'toString' })],
  ['a curve that is not used', () => ({ ...ec, crv: 'secp256k1' })],
  ['the curve of another kind', () => ({ ...ed, crv: 'P-256' })],
  ['an exponent other than 65537', () => ({ ...rsa, e: 'Aw' })],
  ['no modulus', () => ({ ...rsa, n: undefined }) as unknown as JWK],
  ['a point that is not on the curve', () => ({ ...ec, x: ec.y ?? '' })],
  ['a secret in a set of public keys', () => ({ kty: 'oct', kid: 'k', k: 'c2VjcmV0c2VjcmV0', alg: 'HS256' })],
  ['no kind', () => ({ kid: 'k' })],
])('a key with %s verifies nothing', (_name, jwk) => {
  expect(verificationKeyOf(jwk())).toBeUndefined();
});

test('an id of 64 characters is a plain one', () => {
  expect(verificationKeyOf({ ...ec, kid: 'k'.repeat(64) })).toBeDefined();
});

test('an RSA key needs 2048 bits, however many zeros it is written with', async () => {
  const { generateKeyPairSync } = await import('node:crypto');
  const jwkOf = (modulusLength: number) =>
    generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }) as JWK;
  const short = jwkOf(2040);
  const padded = Buffer.concat([Buffer.alloc(64), Buffer.from(short.n ?? '', 'base64url')]).toString(
    'base64url',
  );
  expect(verificationKeyOf({ ...short, kid: 'short' })).toBeUndefined();
  expect(verificationKeyOf({ ...short, n: padded, kid: 'short' })).toBeUndefined();
  expect(verificationKeyOf({ ...jwkOf(2048), kid: 'long' })).toBeDefined();
});

describe('a set of keys', () => {
  test('in which an id occurs twice has no key for it, but the others', () => {
    const keys = localKeys([ec, { ...ed, kid: 'ec' }, rsa]);
    expect(keys.current('ec')).toBeUndefined();
    expect(keys.current('rsa')).toBeDefined();
  });

  test('finds what it has', async () => {
    const keys = localKeys([ec]);
    expect(await keys.find('ec')).toEqual({ found: true, key: keys.current('ec') });
    expect(await keys.find('rsa')).toMatchObject({ found: false, refusal: { code: 'token_key_unknown' } });
    expect(await keys.find(undefined)).toMatchObject({
      found: false,
      refusal: { code: 'token_key_unknown' },
    });
  });

  test('that is replaced keeps the key objects that it had', () => {
    const keys = localKeys([ec, rsa]);
    const before = keys.current('ec');
    keys.replace([ec, ed]);
    expect(keys.current('ec')).toBe(before);
    expect(keys.current('rsa')).toBeUndefined();
    keys.replace([{ ...ec, use: 'sig' }]);
    expect(keys.current('ec')).not.toBe(before);
  });
});
