import fc from 'fast-check';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { localKeys } from './local-keys.ts';
import { ownIssuer } from './trusted-issuer.ts';
import { createVerifier } from './verifier.ts';

test('no altered token is accepted, and none makes the verifier throw', async () => {
  const nowMs = 1_900_000_000_000;
  const pair = await generateKeyPair('ES256', { extractable: true });
  const verifier = createVerifier({
    issuers: [
      ownIssuer({
        keys: localKeys([{ ...(await exportJWK(pair.publicKey)), kid: 'key-1' }]),
        issuer: 'https://auth.example.com',
        audience: 'netra',
      }),
    ],
    environment: 'staging',
    now: () => nowMs,
  });
  const claims = {
    iss: 'https://auth.example.com',
    aud: 'netra',
    sub: 'user-1',
    sid: 'session-1',
    jti: 'token-1',
    iat: nowMs / 1000,
    exp: nowMs / 1000 + 600,
    env: 'staging',
    roles: ['user'],
    permissions: ['chat'],
  };
  const good = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1' })
    .sign(pair.privateKey);
  expect(await verifier.verify(good)).toMatchObject({ ok: true });

  const position = fc.nat({ max: good.length - 1 });
  const character = fc.oneof(
    fc.constantFrom('A', 'b', '0', '-', '_', '.', '=', '+', '/', ' ', '"', '{', '\u0000'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  const mutation = fc.record({ at: position, length: fc.nat({ max: 3 }), text: character });
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      const token = mutations.reduce(
        (text, { at, length, text: more }) => text.slice(0, at) + more + text.slice(at + length),
        good,
      );
      fc.pre(token !== good);
      expect((await verifier.verify(token)).ok).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});
