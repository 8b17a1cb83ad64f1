import { LIMITS, type RevocationEntry, refusal } from '@netra/protocol';
import { beforeAll, expect, test } from 'vitest';
import type { KeySource } from './key-source.ts';
import { localKeys } from './local-keys.ts';
import { createRevocations } from './revocations.ts';
import { createTokenMaker, NOW_MS, OWN_CLAIMS, OWN_ISSUER, type TokenMaker } from './testing/token-maker.ts';
import { ownIssuer } from './trusted-issuer.ts';
import { createVerifier } from './verifier.ts';

let maker: TokenMaker;
let token: string;

beforeAll(async () => {
  maker = await createTokenMaker();
  token = await maker.sign(OWN_CLAIMS);
});

/** A verifier whose clock, keys and revocations the test holds, and which counts how often a key was looked for. */
function scripted({ maxEntries }: { maxEntries?: number } = {}) {
  const keys = localKeys([maker.publicJwk]);
  const script = { nowMs: NOW_MS, lookups: 0, asked: 0, isDown: false };
  const now = () => script.nowMs;
  const counted: KeySource = {
    current: (kid) => (script.isDown ? undefined : keys.current(kid)),
    find(kid) {
      script.lookups += 1;
      if (script.isDown) return Promise.resolve({ found: false, refusal: refusal('keys_unavailable') });
      return keys.find(kid);
    },
  };
  const revocations = createRevocations({ now });
  const verifier = createVerifier({
    issuers: [ownIssuer({ issuer: OWN_ISSUER, keys: counted, audience: 'netra' })],
    environment: 'staging',
    revocations: {
      generation: revocations.generation,
      keyRefusal: revocations.keyRefusal,
      refusalFor(facts) {
        script.asked += 1;
        return revocations.refusalFor(facts);
      },
    },
    now,
    ...(maxEntries === undefined ? {} : { cache: { maxEntries } }),
  });
  const codeOf = async (text: string) => {
    const verdict = await verifier.verify(text);
    return verdict.ok ? 'accepted' : verdict.refusal.code;
  };
  return { script, keys, revocations, verifier, codeOf };
}

const revocation = (jti: string): RevocationEntry => ({
  cursor: '1',
  at: new Date(NOW_MS).toISOString(),
  kind: 'token',
  code: 'token_revoked',
  issuer: OWN_ISSUER,
  user_id: 'user-1',
  jti,
  expires_at: new Date(NOW_MS + 700_000).toISOString(),
});

test('an accepted token is judged once and then remembered, with the same identity', async () => {
  const { script, verifier } = scripted();
  const first = await verifier.verify(token);
  const second = await verifier.verify(token);
  expect(first).toMatchObject({ ok: true });
  expect(second).toEqual(first);
  expect(script).toMatchObject({ lookups: 1, asked: 1 });
});

test('where the key is here already, the verdict is, too', async () => {
  const { script, verifier } = scripted();
  expect(verifier.judge(token)).toMatchObject({ ok: true });
  script.isDown = true;
  expect(await verifier.judge(token)).toMatchObject({ ok: false, refusal: { code: 'keys_unavailable' } });
});

test('a remembered token ends at its deadline, to the millisecond', async () => {
  const { script, codeOf } = scripted();
  await codeOf(token);
  script.nowMs = NOW_MS + 600_000 + LIMITS.tokenSkewMs - 1;
  expect(await codeOf(token)).toBe('accepted');
  script.nowMs += 1;
  expect(await codeOf(token)).toBe('token_expired');
  expect(script.lookups).toBe(1);
});

test('a clock that is put back makes a remembered token too early again', async () => {
  const { script, codeOf } = scripted();
  await codeOf(token);
  script.nowMs = NOW_MS - LIMITS.tokenSkewMs - 1;
  expect(await codeOf(token)).toBe('token_not_yet_valid');
});

test('a revocation ends a remembered token at once and every time', async () => {
  const { revocations, codeOf } = scripted();
  await codeOf(token);
  revocations.apply([revocation('token-1')]);
  expect(await codeOf(token)).toBe('token_revoked');
  expect(await codeOf(token)).toBe('token_revoked');
});

test("somebody else's revocation costs a remembered token one question and no signature", async () => {
  const { script, revocations, codeOf } = scripted();
  await codeOf(token);
  revocations.apply([revocation('token-2')]);
  expect(await codeOf(token)).toBe('accepted');
  expect(await codeOf(token)).toBe('accepted');
  expect(script).toMatchObject({ lookups: 1, asked: 2 });
});

test('a token that was revoked before it was seen is refused and not remembered', async () => {
  const { script, revocations, codeOf } = scripted();
  revocations.apply([revocation('token-1')]);
  expect(await codeOf(token)).toBe('token_revoked');
  expect(await codeOf(token)).toBe('token_revoked');
  expect(script.lookups).toBe(2);
});

test('a revoked key is told as such, whether it is still known or not, and before it is looked for', async () => {
  const { script, keys, revocations, codeOf } = scripted();
  await codeOf(token);
  const { cursor, at, code, issuer, expires_at } = revocation('token-1');
  revocations.apply([{ cursor, at, code, issuer, expires_at, kind: 'key', kid: 'key-1' }]);
  const other = await maker.sign({ ...OWN_CLAIMS, jti: 'token-2' });
  expect([await codeOf(token), await codeOf(other)]).toEqual(['token_revoked', 'token_revoked']);
  keys.replace([]);
  expect([await codeOf(token), await codeOf(other)]).toEqual(['token_revoked', 'token_revoked']);
  expect(script.lookups).toBe(1);
  script.isDown = true;
  expect(await codeOf(other)).toBe('token_revoked');
  expect(await codeOf(await maker.sign(OWN_CLAIMS, { kid: 'key-2' }))).toBe('keys_unavailable');
});

test('another encoding or signature of a revoked token is revoked, too', async () => {
  const { revocations, codeOf } = scripted();
  revocations.apply([revocation('token-1')]);
  const again = await maker.sign(OWN_CLAIMS);
  expect(again).not.toBe(token);
  expect(await codeOf(again)).toBe('token_revoked');
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const [head, body, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const mirrored = Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex');
  const twin = Buffer.concat([bytes.subarray(0, 32), mirrored]).toString('base64url');
  expect(await codeOf(`${head}.${body}.${twin}`)).toBe('token_revoked');
});

test('a key that leaves the set ends what it had signed; one that stays does not', async () => {
  const { script, keys, codeOf } = scripted();
  const other = await createTokenMaker('ES256', 'key-2');
  await codeOf(token);
  keys.replace([maker.publicJwk, other.publicJwk]);
  expect(await codeOf(token)).toBe('accepted');
  expect(script.lookups).toBe(1);
  keys.replace([other.publicJwk]);
  expect(await codeOf(token)).toBe('token_key_unknown');
  keys.replace([{ ...other.publicJwk, kid: 'key-1' }]);
  expect(await codeOf(token)).toBe('token_signature_invalid');
});

test('an outage is not remembered', async () => {
  const { script, codeOf } = scripted();
  script.isDown = true;
  expect(await codeOf(token)).toBe('keys_unavailable');
  script.isDown = false;
  expect(await codeOf(token)).toBe('accepted');
});

test('a refusal is not remembered', async () => {
  const { script, codeOf } = scripted();
  const early = await maker.sign({ ...OWN_CLAIMS, nbf: OWN_CLAIMS.iat + 100 });
  expect(await codeOf(early)).toBe('token_not_yet_valid');
  script.nowMs += 100_000;
  expect(await codeOf(early)).toBe('accepted');
});

test('no more tokens are remembered than said, and the ones in use stay', async () => {
  const { script, codeOf } = scripted({ maxEntries: 4 });
  const tokens = await Promise.all(
    Array.from({ length: 6 }, (_, at) => maker.sign({ ...OWN_CLAIMS, jti: `token-${at}` })),
  );
  const [used = '', ...others] = tokens;
  for (const other of others) {
    await codeOf(used);
    await codeOf(other);
  }
  expect(script.lookups).toBe(6);
  for (const each of tokens) await codeOf(each);
  expect(script.lookups).toBeGreaterThan(6);
});

test('with no room nothing is remembered', async () => {
  const { script, codeOf } = scripted({ maxEntries: 0 });
  await codeOf(token);
  await codeOf(token);
  expect(script.lookups).toBe(2);
});

test('without revocations nothing is revoked, and the clock of the machine is the clock', async () => {
  const issuers = [
    ownIssuer({ issuer: OWN_ISSUER, keys: localKeys([maker.publicJwk]), audience: 'netra' }),
  ] as const;
  const verifier = createVerifier({ issuers, environment: 'staging' });
  const iat = Math.floor(Date.now() / 1000);
  const fresh = await maker.sign({ ...OWN_CLAIMS, iat, exp: iat + 600 });
  expect(await verifier.verify(fresh)).toMatchObject({ ok: true });
  expect(await verifier.verify(fresh)).toMatchObject({ ok: true });
});
