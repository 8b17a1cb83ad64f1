import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { splitCompact } from './compact.ts';
import { headerRefusal, readHeader } from './header.ts';
import type { VerificationKey } from './key-source.ts';
import { localKeys } from './local-keys.ts';
import { secretFault } from './secrets/secret-fault.ts';
import { isSignedBy } from './signature.ts';

interface Vector {
  tcId: number;
  comment: string;
  jws: unknown;
  result: 'valid' | 'invalid' | 'acceptable';
}
type KeyOrSet = JWK | { keys: JWK[] };
interface Group {
  private: KeyOrSet;
  public?: KeyOrSet;
  tests: Vector[];
}

/** What is judged differently from the data, each with its reason: at most 12. */
const EXCEPTIONS: Record<string, Record<number, string>> = {
  json_web_signature_test: {
    346: 'called valid: the key is for PS256, the token says PS384; a key is pinned to one algorithm',
    350: 'called valid: the key is for PS256, the token says PS384; a key is pinned to one algorithm',
    347: 'called valid: the key names an algorithm that does not exist (ES521)',
    351: 'called valid: the key names an algorithm that does not exist (ES521)',
    367: 'called invalid, and byte for byte the same as 357, which is valid',
    370: 'called invalid, and byte for byte the same as 357, which is valid',
    372: 'called valid: a `?` in the header, which is not base64url',
    373: 'called valid: a `?` in the payload, which is not base64url',
  },
  json_web_key_test: {
    14: 'valid HS384: shared secrets are for HS256 only',
    15: 'valid HS512: shared secrets are for HS256 only',
  },
};

test('the exceptions are few', () => {
  const pinned = Object.values(EXCEPTIONS).flatMap((cases) => Object.keys(cases));
  expect(pinned.length).toBeLessThanOrEqual(12);
});

describe.each(Object.entries(EXCEPTIONS))('%s', (name, exceptions) => {
  const path = new URL(`../vectors/${name}.json`, import.meta.url);
  const { testGroups } = JSON.parse(readFileSync(path, 'utf8')) as { testGroups: Group[] };
  const cases = testGroups.flatMap((group) => group.tests.map((vector) => ({ ...vector, group })));

  test.each(cases)('$tcId $comment is $result', ({ tcId, jws, result, group }) => {
    const isAccepted = typeof jws === 'string' && isGenuine(jws, group.public ?? group.private);
    expect(isAccepted).toBe((result === 'valid') !== tcId in exceptions);
  });
});

/** The verifier's own steps up to the signature; the payloads of the data are no claims. */
function isGenuine(jws: string, keys: KeyOrSet): boolean {
  const split = splitCompact(jws);
  if (!split.ok) return false;
  const read = readHeader(split.token.header);
  if (!read.ok || headerRefusal(read.header, { types: ['', 'JWT'] })) return false;
  const { header } = read;
  const key = keyFor(header.kid, 'keys' in keys ? keys.keys : [keys]);
  return (
    key !== undefined &&
    key.algorithm === header.algorithm &&
    isSignedBy(split.token.signed, split.token.signature, key)
  );
}

function keyFor(kid: string | undefined, jwks: JWK[]): VerificationKey | undefined {
  // As where they are set up: secrets come by themselves, and never in one set with public keys.
  if (!jwks.every(({ kty }) => kty === 'oct')) return localKeys(jwks).current(kid ?? jwks[0]?.kid);
  const [secret, ...more] = jwks.filter((jwk) => jwk.kid === kid);
  if (secret?.alg !== 'HS256' || more.length > 0) return undefined;
  const bytes = Buffer.from(secret.k ?? '', 'base64url');
  // The secrets of the data are short of randomness, and printed in it.
  if (secretFault(bytes)?.code === 'short') return undefined;
  return { kid: secret.kid ?? '', algorithm: 'HS256', key: createSecretKey(bytes) };
}
