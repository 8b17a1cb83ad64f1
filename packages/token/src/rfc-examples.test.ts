import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import type { Algorithm } from './algorithms.ts';
import { splitCompact } from './compact.ts';
import type { VerificationKey } from './key-source.ts';
import { secretFault } from './secrets/secret-fault.ts';
import { isSignedBy } from './signature.ts';
import { verificationKeyOf } from './verification-key.ts';

const JOE = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ';

/** The keys of the examples have no ids. */
const publicKey = (jwk: JWK): VerificationKey | undefined => verificationKeyOf({ kid: 'example', ...jwk });
const secretKey = (k: string): VerificationKey => ({
  algorithm: 'HS256',
  key: createSecretKey(Buffer.from(k, 'base64url')),
});

const EXAMPLES: [string, Algorithm, VerificationKey | undefined, string][] = [
  [
    'RFC 7515 A.1',
    'HS256',
    secretKey('AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow'),
    `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${JOE}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
  ],
  [
    'RFC 7515 A.2',
    'RS256',
    publicKey({
      kty: 'RSA',
      n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
      e: 'AQAB',
    }),
    `eyJhbGciOiJSUzI1NiJ9.${JOE}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`,
  ],
  [
    'RFC 7515 A.3',
    'ES256',
    publicKey({
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    }),
    `eyJhbGciOiJFUzI1NiJ9.${JOE}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
  ],
  [
    'RFC 8037 A.4',
    'EdDSA',
    publicKey({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }),
    'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
  ],
  ...cookbook(),
];

/** RFC 7520 §4.1 to 4.4, from the vectors; their key's `alg` gives way to the one that the RFC uses it with. */
function cookbook(): typeof EXAMPLES {
  const path = new URL('../vectors/json_web_signature_test.json', import.meta.url);
  const { testGroups } = JSON.parse(readFileSync(path, 'utf8')) as {
    testGroups: { comment: string; private: JWK; public?: JWK; tests: { comment: string; jws: string }[] }[];
  };
  const named: Record<string, Algorithm> = {
    Figure13: 'RS256',
    Figure20: 'PS384',
    Figure27: 'ES512',
    Figure35: 'HS256',
  };
  return testGroups
    .filter(({ comment }) => comment === 'rfc7520')
    .flatMap((group) =>
      group.tests.map(({ comment, jws }): (typeof EXAMPLES)[number] => {
        const alg = named[comment] ?? 'ES256';
        const key =
          alg === 'HS256'
            ? secretKey(group.private.k ?? '')
            : publicKey({ ...group.public, alg, kty: group.public?.kty ?? 'EC' });
        return [`RFC 7520 ${comment}`, alg, key, jws];
      }),
    );
}

describe.each(EXAMPLES)('%s (%s)', (_name, algorithm, key, jws) => {
  const split = splitCompact(jws);
  const { signed, signature } = split.ok ? split.token : { signed: '', signature: new Uint8Array() };

  test('is genuine', () => {
    expect(key?.algorithm).toBe(algorithm);
    expect(key && isSignedBy(signed, signature, key)).toBe(true);
  });

  test('is not with one letter changed, one bit changed, a byte less or a byte more', () => {
    const flipped = Buffer.from(signature);
    flipped.writeUInt8(flipped.readUInt8(0) ^ 1, 0);
    const less = signature.subarray(0, -1);
    const more = Buffer.concat([signature, Buffer.alloc(1)]);
    for (const bad of [flipped, less, more, new Uint8Array()])
      expect(key && isSignedBy(signed, bad, key)).toBe(false);
    expect(key && isSignedBy(`${signed.slice(0, -1)}~`, signature, key)).toBe(false);
  });
});

test('all eight examples were found', () => {
  expect(new Set(EXAMPLES.map(([name]) => name)).size).toBe(8);
});

test('a secret that an RFC printed is refused, as its bytes and as its text', () => {
  const printed = 'hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg';
  expect(secretFault(Buffer.from(printed, 'base64url'))?.code).toBe('known');
  expect(secretFault(Buffer.from(printed))?.code).toBe('known');
});
