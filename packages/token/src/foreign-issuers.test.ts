import { beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from './identity.ts';
import { localKeys } from './local-keys.ts';
import { sharedSecretKeys } from './shared-secret-keys.ts';
import {
  createTokenMaker,
  NOW_MS,
  NOW_S,
  OWN_CLAIMS,
  OWN_ISSUER,
  signWithSecret,
  type TokenMaker,
} from './testing/token-maker.ts';
import { type ForeignIssuerOptions, foreignIssuer, ownIssuer, type TrustedIssuer } from './trusted-issuer.ts';
import { createVerifier, type Verifier } from './verifier.ts';

const SECRET = Buffer.from('f4Zq0bYxT1uLk8mWc2RjVd7nHs5oPaEi9gQy3tBzKvU');
const PRODUCT = 'https://shop.example';
const PROVIDER = 'https://tenant.eu.auth0.example/';

let own: TokenMaker;
let provider: TokenMaker;

beforeAll(async () => {
  own = await createTokenMaker('ES256', 'own-1');
  provider = await createTokenMaker('RS256', 'provider-1');
});

const ownProfile = () =>
  ownIssuer({ issuer: OWN_ISSUER, keys: localKeys([own.publicJwk]), audience: 'netra' });
const productProfile = (more: Partial<ForeignIssuerOptions> = {}) =>
  foreignIssuer({
    issuer: PRODUCT,
    keys: sharedSecretKeys({ secret: SECRET }),
    audience: 'netra',
    provisioning: 'just-in-time',
    ...more,
  });
const providerProfile = (more: Partial<ForeignIssuerOptions> = {}) =>
  foreignIssuer({
    issuer: PROVIDER,
    keys: localKeys([provider.publicJwk]),
    audience: 'https://api.example',
    ...more,
  });

function verifierOf(...more: TrustedIssuer[]): Verifier {
  return createVerifier({
    issuers: [ownProfile(), ...more],
    environment: 'staging',
    now: () => NOW_MS,
  });
}

async function identityOf(verifier: Verifier, token: string): Promise<Identity> {
  const verdict = await verifier.verify(token);
  if (!verdict.ok) throw new Error(`refused: ${verdict.refusal.code} ${verdict.refusal.detail ?? ''}`);
  return verdict.identity;
}

async function codeOf(verifier: Verifier, token: string): Promise<string> {
  const verdict = await verifier.verify(token);
  return verdict.ok ? 'accepted' : verdict.refusal.code;
}

const times = { iat: NOW_S, exp: NOW_S + 600 };
const product = { iss: PRODUCT, aud: 'netra', sub: '42', ...times };
const oidc = {
  iss: PROVIDER,
  aud: ['https://api.example', `${PROVIDER}userinfo`],
  sub: 'auth0|42',
  ...times,
};

describe('a product that mints tokens for its own users with a shared secret', () => {
  test('needs five claims and no key id', async () => {
    const verifier = verifierOf(productProfile());
    const identity = await identityOf(verifier, await signWithSecret(product, SECRET));
    expect(identity).toEqual({
      issuer: PRODUCT,
      environment: 'staging',
      provisioning: 'just-in-time',
      tokenKind: 'user',
      userId: identity.userId,
      sessionId: identity.sessionId,
      jti: identity.jti,
      roles: ['user'],
      permissions: ['chat'],
      issuedAtMs: NOW_MS,
      expiresAtMs: NOW_MS + 600_000,
      deadlineMs: NOW_MS + 630_000,
    });
    for (const id of [identity.userId, identity.sessionId, identity.jti])
      expect(id).toMatch(/^ext_[0-9a-f]{40}$/);
    expect(new Set([identity.userId, identity.sessionId, identity.jti]).size).toBe(3);
    expect(Object.isFrozen(identity.roles) && Object.isFrozen(identity.permissions)).toBe(true);
  });

  test('the ids are the same for every token of one user, but for that of the token', async () => {
    const verifier = verifierOf(productProfile());
    const first = await identityOf(verifier, await signWithSecret(product, SECRET));
    const second = await identityOf(verifier, await signWithSecret({ ...product, exp: NOW_S + 300 }, SECRET));
    expect(second.userId).toBe(first.userId);
    expect(second.sessionId).toBe(first.sessionId);
    expect(second.jti).not.toBe(first.jti);
  });

  test('sid and jti are taken where they are there, the session within its issuer', async () => {
    const verifier = verifierOf(productProfile());
    const token = await signWithSecret({ ...product, sid: 'session-1', jti: 'token-1' }, SECRET);
    const identity = await identityOf(verifier, token);
    expect(identity.jti).toBe('token-1');
    expect(identity.sessionId).toMatch(/^ext_[0-9a-f]{40}$/);
    const without = await identityOf(verifier, await signWithSecret(product, SECRET));
    expect(identity.sessionId).not.toBe(without.sessionId);
    const sameAsUser = await signWithSecret({ ...product, sid: '42' }, SECRET);
    expect((await identityOf(verifier, sameAsUser)).sessionId).not.toBe(without.sessionId);
  });

  test.each([
    ['a short e-mail and name', { email: 'a@b.example', name: 'Ann' }, { email: 'a@b.example', name: 'Ann' }],
    ['an unverified address', { email: 'a@b.example', email_verified: false }, {}],
    ['a verified address', { email: 'a@b.example', email_verified: true }, { email: 'a@b.example' }],
    ['no text', { email: 7, name: ['Ann'] }, {}],
    ['empty text', { email: '', name: '' }, {}],
    ['the longest text', { name: 'x'.repeat(320) }, { name: 'x'.repeat(320) }],
    ['too long a text', { email: `${'x'.repeat(321)}` }, {}],
  ])('%s for the account that is made', async (_name, claims, expected) => {
    const token = await signWithSecret({ ...product, ...claims }, SECRET);
    const { email, name } = await identityOf(verifierOf(productProfile()), token);
    expect({ email, name }).toEqual({ email: undefined, name: undefined, ...expected });
  });

  test('another secret, another algorithm or no signature is refused', async () => {
    const verifier = verifierOf(productProfile());
    const other = Buffer.from(SECRET).reverse();
    expect(await codeOf(verifier, await signWithSecret(product, other))).toBe('token_signature_invalid');
    expect(await codeOf(verifier, await own.sign(product, { typ: 'JWT' }))).toBe('token_algorithm_refused');
    const [head, body] = (await signWithSecret(product, SECRET)).split('.');
    expect(await codeOf(verifier, `${head}.${body}.`)).toBe('token_signature_invalid');
  });

  test('its secret signs nothing for another issuer', async () => {
    const verifier = verifierOf(productProfile());
    const asOwn = await signWithSecret(OWN_CLAIMS, SECRET, { typ: 'at+jwt', kid: 'own-1' });
    expect(await codeOf(verifier, asOwn)).toBe('token_algorithm_refused');
  });

  test('a token of its own environment is refused in another where the profile reads env', async () => {
    const verifier = verifierOf(productProfile({ environment: 'claim' }));
    expect(await codeOf(verifier, await signWithSecret(product, SECRET))).toBe('token_environment_wrong');
    const right = await signWithSecret({ ...product, env: 'staging' }, SECRET);
    expect(await codeOf(verifier, right)).toBe('accepted');
  });

  test('a token kind is what the auth service alone says', async () => {
    const token = await signWithSecret({ ...product, token_kind: 'e2e' }, SECRET);
    expect((await identityOf(verifierOf(productProfile()), token)).tokenKind).toBe('user');
  });
});

describe('an OpenID Connect provider', () => {
  test('an Auth0-shaped access token becomes a user, with the key that signed it', async () => {
    const token = await provider.sign({ ...oidc, azp: 'client', scope: 'openid chat' });
    expect(await identityOf(verifierOf(providerProfile()), token)).toMatchObject({
      issuer: PROVIDER,
      kid: 'provider-1',
      provisioning: 'none',
      roles: ['user'],
    });
  });

  test('a Keycloak-shaped token gives roles through a path and an explicit map only', async () => {
    const verifier = verifierOf(
      providerProfile({
        roles: { claim: ['realm_access', 'roles'], map: { 'netra-operator': 'operator', staff: 'user' } },
      }),
    );
    const rolesFor = async (claims: object) =>
      (await identityOf(verifier, await provider.sign({ ...oidc, ...claims }, { typ: 'JWT' }))).roles;
    expect(await rolesFor({ realm_access: { roles: ['offline_access', 'netra-operator'] } })).toEqual([
      'operator',
    ]);
    expect(await rolesFor({ realm_access: { roles: ['staff', 'netra-operator'] } })).toEqual([
      'user',
      'operator',
    ]);
    // Neither a role of ours by name nor what every object inherits is in the map.
    for (const roles of [
      ['operator'],
      ['constructor'],
      ['__proto__'],
      [],
      'operator',
      { 0: 'staff' },
      ['staff', 7],
    ])
      expect(await rolesFor({ realm_access: { roles } })).toEqual([]);
    for (const realm_access of [null, 'roles', 7, [], { other: ['staff'] }])
      expect(await rolesFor({ realm_access })).toEqual([]);
    expect(await rolesFor({ roles: ['netra-operator'] })).toEqual([]);
  });

  test('a claim whose name is an address is a name, not a path', async () => {
    const verifier = verifierOf(
      providerProfile({ roles: { claim: 'https://netra.example/roles', map: { admin: 'operator' } } }),
    );
    const token = await provider.sign({ ...oidc, 'https://netra.example/roles': ['admin'] });
    expect((await identityOf(verifier, token)).permissions).toEqual(['chat', 'ops:read', 'ops:write']);
  });

  test('words in one text are roles and permissions as in a list, and permissions only narrow', async () => {
    const verifier = verifierOf(
      providerProfile({
        roles: { claim: 'scope', map: { 'netra:chat': 'user', 'netra:ops': 'operator' }, fallback: 'user' },
        claims: { permissions: 'permissions' },
      }),
    );
    const grants = async (claims: object) => {
      const { roles, permissions } = await identityOf(verifier, await provider.sign({ ...oidc, ...claims }));
      return { roles, permissions };
    };
    expect(await grants({ scope: 'openid netra:ops', permissions: ['ops:read', 'root'] })).toEqual({
      roles: ['operator'],
      permissions: ['ops:read'],
    });
    expect(await grants({ scope: 'openid', permissions: 'ops:read chat' })).toEqual({
      roles: ['user'],
      permissions: ['chat'],
    });
    expect(await grants({ scope: 'netra:chat' })).toEqual({ roles: ['user'], permissions: [] });
  });

  test('a Firebase-shaped ID token is good where the profile says so', async () => {
    const issuer = 'https://securetoken.google.com/my-project';
    const verifier = verifierOf(
      providerProfile({
        issuer,
        audience: 'my-project',
        claims: { userId: 'user_id' },
        algorithms: ['RS256'],
      }),
    );
    const claims = { iss: issuer, aud: 'my-project', user_id: 'f1', auth_time: NOW_S, ...times };
    expect(await codeOf(verifier, await provider.sign(claims, { typ: 'JWT' }))).toBe('accepted');
    expect(await codeOf(verifier, await provider.sign({ ...claims, user_id: '' }, { typ: 'JWT' }))).toBe(
      'token_claim_missing',
    );
    expect(await codeOf(verifier, await provider.sign({ ...claims, user_id: 'x'.repeat(256) }))).toBe(
      'token_claim_missing',
    );
  });

  test.each([
    ['token_type_wrong', ['JWT'], 'at+jwt'],
    ['token_type_wrong', ['JWT'], undefined],
    ['token_type_wrong', ['JWT', ''], ''],
    ['accepted', ['JWT'], 'jwt'],
    ['accepted', ['jwt'], 'application/JWT'],
    ['accepted', ['JWT', ''], undefined],
    ['token_type_wrong', [''], 'JWT'],
    ['token_type_wrong', ['JWT'], 'x-application/jwt'],
  ])('%s where %j is accepted and %j comes', async (code, types, typ) => {
    expect(await codeOf(verifierOf(providerProfile({ types })), await provider.sign(oidc, { typ }))).toBe(
      code,
    );
  });

  test('an algorithm that the profile leaves out is refused although a key has it', async () => {
    const verifier = verifierOf(providerProfile({ algorithms: ['ES256'] }));
    expect(await codeOf(verifier, await provider.sign(oidc))).toBe('token_algorithm_refused');
  });

  test.each([
    ['iss without its final slash', { iss: PROVIDER.slice(0, -1) }, 'token_issuer_untrusted'],
    ['another audience', { aud: 'netra' }, 'token_audience_wrong'],
    ['no iat', { iat: undefined }, 'token_claim_missing'],
    ['no exp', { exp: undefined }, 'token_claim_missing'],
    ['no sub', { sub: undefined }, 'token_claim_missing'],
    ['sub as a number', { sub: 42 }, 'token_claim_missing'],
  ])('%s is refused', async (_name, claims, code) => {
    expect(await codeOf(verifierOf(providerProfile()), await provider.sign({ ...oidc, ...claims }))).toBe(
      code,
    );
  });
});

describe('several issuers', () => {
  test('the same sub from each of them is another user', async () => {
    const other = productProfile({ issuer: 'https://other.example' });
    const verifier = verifierOf(productProfile(), providerProfile(), other);
    const claims = { sub: 'user-1', sid: 'session-1', ...times };
    const identities = await Promise.all([
      identityOf(verifier, await own.sign(OWN_CLAIMS)),
      identityOf(verifier, await signWithSecret({ ...claims, iss: PRODUCT, aud: 'netra' }, SECRET)),
      identityOf(
        verifier,
        await signWithSecret({ ...claims, iss: 'https://other.example', aud: 'netra' }, SECRET),
      ),
      identityOf(verifier, await provider.sign({ ...oidc, ...claims })),
    ]);
    expect(new Set(identities.map(({ userId }) => userId)).size).toBe(4);
    expect(new Set(identities.map(({ sessionId }) => sessionId)).size).toBe(4);
  });

  test('no issuer speaks for another, whichever key it has', async () => {
    const verifier = verifierOf(productProfile(), providerProfile());
    expect(await codeOf(verifier, await provider.sign({ ...OWN_CLAIMS }))).toBe('token_key_unknown');
    expect(await codeOf(verifier, await own.sign({ ...oidc }))).toBe('token_key_unknown');
    const sameKid = await createTokenMaker('ES256', 'own-1');
    expect(await codeOf(verifier, await sameKid.sign(OWN_CLAIMS))).toBe('token_signature_invalid');
  });

  test('a list that changes takes effect at once, for remembered tokens, too', async () => {
    const profile = productProfile();
    let list: readonly [TrustedIssuer, ...TrustedIssuer[]] = [ownProfile(), profile];
    const verifier = createVerifier({ issuers: () => list, environment: 'staging', now: () => NOW_MS });
    const token = await signWithSecret(product, SECRET);
    expect(await codeOf(verifier, token)).toBe('accepted');
    expect(await codeOf(verifier, token)).toBe('accepted');
    list = [ownProfile(), { ...profile, audience: 'elsewhere' }];
    expect(await codeOf(verifier, token)).toBe('token_audience_wrong');
    list = [ownProfile()];
    expect(await codeOf(verifier, token)).toBe('token_issuer_untrusted');
  });
});

describe('the auth service of this installation', () => {
  test('may sign with a shared secret, too', async () => {
    const keys = sharedSecretKeys({ secret: SECRET, kid: 'shared' });
    const issuers = [ownIssuer({ issuer: OWN_ISSUER, keys, audience: 'netra' })] as const;
    const verifier = createVerifier({ issuers, environment: 'staging', now: () => NOW_MS });
    const token = await signWithSecret(OWN_CLAIMS, SECRET, { typ: 'at+jwt', kid: 'shared' });
    expect(await identityOf(verifier, token)).toMatchObject({ userId: 'user-1', kid: 'shared' });
    const without = await signWithSecret(OWN_CLAIMS, SECRET, { typ: 'at+jwt' });
    expect(await codeOf(verifier, without)).toBe('token_key_unknown');
  });

  test('marks the tokens of test users', async () => {
    const kindOf = async (token_kind: unknown) =>
      (await identityOf(verifierOf(), await own.sign({ ...OWN_CLAIMS, token_kind }))).tokenKind;
    expect(await kindOf('e2e')).toBe('e2e');
    expect(await kindOf('operator')).toBe('user');
    expect(await kindOf(undefined)).toBe('user');
  });

  test('a profile cannot be changed once it is made', () => {
    expect(Object.isFrozen(ownProfile()) && Object.isFrozen(productProfile())).toBe(true);
  });
});
