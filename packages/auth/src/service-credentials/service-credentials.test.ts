import {
  type ServiceProofBody,
  serviceProofKey,
  serviceProofMac,
  serviceProofResponseSchema,
  signingKeysSchema,
} from '@netra/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuthService } from '../service.ts';
import { type AuthKit, call, ORIGIN, outcome, SERVICE, startAuth } from '../testing/auth-kit.ts';
import { dumpOf } from '../testing/dump.ts';
import { eventually } from '../testing/eventually.ts';
import { serviceTokenOf } from '../testing/tokens.ts';

let kit: AuthKit;
let nowMs = Date.now();
beforeAll(async () => {
  kit = await startAuth({ now: () => nowMs });
});
afterAll(() => kit.stop());

const tokenAnswer = async (id: string, secret: string, auth: AuthService = kit.auth) =>
  outcome(await call(auth, '/auth/service/token', { body: { client_id: id, client_secret: secret } }));
const directoryAnswer = async (bearer: string, auth: AuthService = kit.auth) =>
  outcome(await call(auth, '/auth/service/users/nobody', { bearer }));

describe('credentials of services', () => {
  test('a second secret is good beside the first, a third is not given, and each ends alone', async () => {
    const serviceId = 'worker';
    const first = await kit.auth.serviceCredentials.add({ serviceId });
    const second = await kit.auth.serviceCredentials.add({ serviceId });
    await expect(kit.auth.serviceCredentials.add({ serviceId })).rejects.toMatchObject({
      code: 'too_many_credentials',
    });
    expect([await tokenAnswer(serviceId, first.secret), await tokenAnswer(serviceId, second.secret)]).toEqual(
      ['200', '200'],
    );
    expect(await tokenAnswer(SERVICE.serviceId, first.secret)).toBe('401 service_credential_invalid');

    const other = await kit.another();
    const bearer = await serviceTokenOf(kit.auth, { serviceId, serviceSecret: first.secret });
    expect(await directoryAnswer(bearer, other)).toBe('404 user_unknown');
    await kit.auth.serviceCredentials.revoke(first.credentialId);
    expect(await tokenAnswer(serviceId, first.secret)).toBe('401 service_credential_invalid');
    expect(await tokenAnswer(serviceId, second.secret)).toBe('200');
    expect(await directoryAnswer(bearer)).toBe('401 token_revoked');
    await eventually(async () => (await directoryAnswer(bearer, other)) === '401 token_revoked');
    const third = await kit.auth.serviceCredentials.add({ serviceId });
    expect(await tokenAnswer(serviceId, third.secret)).toBe('200');
    await expect(kit.auth.serviceCredentials.revoke('nothing')).rejects.toMatchObject({
      code: 'credential_unknown',
    });
  });

  test('of ten who ask at once, two get a secret', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, () => kit.auth.serviceCredentials.add({ serviceId: 'race' })),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });

  test('an expired secret is refused', async () => {
    const expiresAt = new Date(nowMs + 60_000);
    const { secret } = await kit.auth.serviceCredentials.add({ serviceId: 'short', expiresAt });
    expect(await tokenAnswer('short', secret)).toBe('200');
    nowMs += 60_000;
    expect(await tokenAnswer('short', secret)).toBe('401 service_credential_invalid');
  });

  test('fifty exchanges of one credential at once all get a token of their own', async () => {
    const { secret } = await kit.auth.serviceCredentials.add({ serviceId: 'busy' });
    const tokens = await Promise.all(
      Array.from({ length: 50 }, () =>
        serviceTokenOf(kit.auth, { serviceId: 'busy', serviceSecret: secret }),
      ),
    );
    expect(new Set(tokens).size).toBe(50);
  });

  test('no secret is in the database, in the audit log or in a line of the log', async () => {
    const { secret } = await kit.auth.serviceCredentials.add({ serviceId: 'quiet' });
    await tokenAnswer('quiet', secret);
    await tokenAnswer('quiet', `${secret}x`);
    const dump = await dumpOf(kit.pool);
    expect(dump).toContain('quiet');
    for (const each of [secret, SERVICE.serviceSecret]) {
      expect(dump).not.toContain(each);
      expect(kit.logged.join('')).not.toContain(each);
    }
  });

  test('an id that each deploy changes is logged at the start', async () => {
    await kit.another({ serviceId: 'gateway-00042-abc' });
    expect(kit.logged.join('')).toContain('looks like a Cloud Run revision');
  });
});

test('services read the states of the keys, and never a key', async () => {
  const bearer = await serviceTokenOf(kit.auth);
  const body = signingKeysSchema.parse(await (await call(kit.auth, '/auth/service/keys', { bearer })).json());
  expect(body).toMatchObject({ key_mode: 'public_keys', items: [{ state: 'active' }] });
  expect(JSON.stringify(body)).not.toMatch(/jwk|"[xyd]"/);
  expect(await outcome(await call(kit.auth, '/auth/service/keys'))).toBe('401 credential_missing');
});

describe('the proof', () => {
  const fields = { service_id: SERVICE.serviceId, environment: 'development', nonce: 'n'.repeat(22) };
  const sharedSecret = {
    bytes: new Uint8Array(40).map((_, at) => at * 7 + 1),
    source: 'JWT_SECRET_KEY',
    checkValue: 'abc',
  };

  async function prove(
    auth: AuthService,
    body: Omit<ServiceProofBody, 'mac'>,
    secret = SERVICE.serviceSecret,
  ) {
    const key = await serviceProofKey(secret);
    const mac = await serviceProofMac(key, { direction: 'request', nonce: body.nonce, body });
    const response = await call(auth, '/auth/service/proof', { body: { ...body, mac } });
    if (!response.ok) return { refused: await outcome(response) };
    const { mac: answered, ...answer } = serviceProofResponseSchema.parse(await response.json());
    const expected = await serviceProofMac(key, { direction: 'response', nonce: body.nonce, body: answer });
    return { answer, isProven: answered === expected };
  }

  test('both sides with public keys match, and the answer is proven', async () => {
    expect(await prove(kit.auth, { ...fields, key_mode: 'public_keys' })).toEqual({
      answer: { issuer: ORIGIN, environment: 'development', key_mode: 'public_keys', matches: true },
      isProven: true,
    });
  });

  test('a mismatch names the source on this side, and no value', async () => {
    const auth = await kit.another({ sharedSecret });
    const body = { ...fields, key_mode: 'shared_secret', source: 'JWT_SECRET_STAGING' } as const;
    const wrong = await prove(auth, { ...body, check_value: 'abd' });
    expect(wrong.answer).toMatchObject({ matches: false, source: 'JWT_SECRET_KEY', check_value: 'abc' });
    const right = await prove(auth, { ...body, check_value: 'abc' });
    expect(right.answer).toMatchObject({ matches: true });
    const otherMode = await prove(auth, { ...fields, key_mode: 'public_keys' });
    expect(otherMode.answer).toMatchObject({ matches: false, key_mode: 'shared_secret' });
    const elsewhere = await prove(kit.auth, { ...fields, environment: 'staging', key_mode: 'public_keys' });
    expect(elsewhere.answer).toMatchObject({ matches: false, environment: 'development' });
  });

  test('whoever does not hold the secret learns nothing', async () => {
    const refused = { refused: '401 service_credential_invalid' };
    const body = { ...fields, key_mode: 'public_keys' } as const;
    expect(await prove(kit.auth, body, 'another secret of thirty-two bytes!')).toEqual(refused);
    expect(await prove(kit.auth, { ...body, service_id: 'somebody' })).toEqual(refused);
    const malformed = await call(kit.auth, '/auth/service/proof', { body: { nonce: 'short' } });
    expect(await outcome(malformed)).toBe('400 request_malformed');
  });

  test('a secret of the database proves, too', async () => {
    const { secret } = await kit.auth.serviceCredentials.add({ serviceId: 'prover' });
    const proof = await prove(kit.auth, { ...fields, service_id: 'prover', key_mode: 'public_keys' }, secret);
    expect(proof).toMatchObject({ isProven: true, answer: { matches: true } });
  });
});
