import { randomBytes } from 'node:crypto';
import { agentFromRun } from '@netra/agent';
import { createVerifier, foreignIssuer, sharedSecretKeys } from '@netra/token';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everywhere, verdictsOf } from '../kit/doors.ts';
import { connectRaw } from '../kit/raw-socket.ts';
import { SERVICE, type Stack, startStack } from '../kit/stack.ts';
import { forge, hs256 } from '../kit/token-forge.ts';

/** A product that is trusted for its own users, and a provider whose users need an account here first. */
const SHOP = 'https://shop.example.com';
const PROVIDER = 'https://id.example.com';
const foreignSecret = randomBytes(48);
const foreignKeys = sharedSecretKeys({ secret: foreignSecret });
const ISSUERS = [
  foreignIssuer({
    issuer: SHOP,
    audience: 'netra',
    keys: foreignKeys,
    provisioning: 'just-in-time',
    roles: { claim: 'groups', map: { 'netra-operators': 'operator' }, fallback: 'user' },
  }),
  foreignIssuer({
    issuer: PROVIDER,
    audience: 'netra',
    keys: foreignKeys,
    roles: { claim: 'groups', map: { 'netra-operators': 'operator' } },
  }),
];

let stack: Stack;
beforeAll(async () => {
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  stack = await startStack({ agents: () => [silent], defaultAgent: 'silent', issuers: ISSUERS });
});
afterAll(() => stack.stop());

type Changes = Record<string, unknown>;
type Row = [name: string, code: string, token: () => string];

const inS = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const ofShop = (changes: Changes = {}, header: Changes = {}, secret: Uint8Array = foreignSecret) => {
  const iat = Math.floor(Date.now() / 1000);
  const shopClaims = { iss: SHOP, aud: 'netra', sub: 'customer-1', iat, exp: iat + 600, ...changes };
  return forge({ alg: 'HS256', typ: 'JWT', ...header }, shopClaims, hs256(secret));
};

const FOREIGN: Row[] = [
  ['of a trusted product', 'ok', () => ofShop()],
  [
    'of a trusted product, for a user nobody has seen',
    'ok',
    () => ofShop({ sub: randomBytes(9).toString('hex') }),
  ],
  [
    'of a trusted product, for an operator',
    'ok',
    () => ofShop({ sub: 'chief', groups: ['netra-operators'] }),
  ],
  ['of a provider, for a user who has no account here', 'user_unknown', () => ofShop({ iss: PROVIDER })],
  [
    'of a trusted product by another secret',
    'token_signature_invalid',
    () => ofShop({}, {}, randomBytes(48)),
  ],
  [
    'in our name by the secret of a product',
    'token_key_unknown',
    () => ofShop({ iss: stack.url }, { typ: 'at+jwt' }),
  ],
  ['of a trusted product, altered type', 'token_type_wrong', () => ofShop({}, { typ: 'id+jwt' })],
  ['of a trusted product, for another audience', 'token_audience_wrong', () => ofShop({ aud: 'shop' })],
  ['of a trusted product that has expired', 'token_expired', () => ofShop({ exp: inS(-35) })],
  ['of a trusted product, without a subject', 'token_claim_missing', () => ofShop({ sub: undefined })],
  [
    'of nobody trusted, typed as an ID token',
    'token_issuer_untrusted',
    () => ofShop({ iss: 'https://evil.example' }),
  ],
  [
    'of nobody trusted, by an unknown key',
    'token_issuer_untrusted',
    () => ofShop({ iss: 'x' }, { kid: 'k1' }, randomBytes(48)),
  ],
];

describe('a token of another issuer gets the same verdict at every door', () => {
  it.each(FOREIGN)('%s: %s', async (_name, code, token) => {
    expect(await verdictsOf(stack.url, `Bearer ${token()}`)).toEqual(everywhere(code));
  });
});

describe('a user of a trusted product', () => {
  const validated = async (token: string) => {
    const answer = await fetch(`${stack.url}/auth/validate`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { user_id, roles, permissions } = (await answer.json()) as Record<string, unknown>;
    return { user_id, roles, permissions };
  };

  it.each([
    [undefined, ['user'], ['chat']],
    [['netra-operators'], ['operator'], ['chat', 'ops:read', 'ops:write']],
    [['operator', 'staff'], ['user'], ['chat']],
  ])(
    'in the groups %j has what the mapping says and no more, at every door',
    async (groups, roles, permissions) => {
      const token = ofShop({ sub: 'in-groups', groups });
      const { user_id, ...rights } = await validated(token);
      expect(rights).toEqual({ roles, permissions });
      const socket = await connectRaw(stack.url, token);
      expect(await socket.next('connection_established')).toMatchObject({ user_id, roles, permissions });
      socket.close();
    },
  );

  it('of a provider that makes no accounts has what the mapping says, too, once there is an account', async () => {
    const token = ofShop({ iss: PROVIDER, sub: 'employee-1', groups: ['netra-operators'] });
    await openAccount(token);
    expect(await verdictsOf(stack.url, `Bearer ${token}`)).toEqual(everywhere('ok'));
    const socket = await connectRaw(stack.url, token);
    const { roles, permissions } = await socket.next('connection_established');
    expect({ roles, permissions }).toEqual({
      roles: ['operator'],
      permissions: ['chat', 'ops:read', 'ops:write'],
    });
    socket.close();
  });

  it('who was deactivated here is refused everywhere', async () => {
    const token = ofShop({ sub: 'customer-3' });
    expect(await verdictsOf(stack.url, `Bearer ${token}`)).toEqual(everywhere('ok'));
    const { user_id } = await validated(token);
    await stack.auth.users.deactivate(String(user_id));
    // The gateway is told within a second.
    await expect
      .poll(() => verdictsOf(stack.url, `Bearer ${token}`), { timeout: 5_000 })
      .toEqual(everywhere('user_inactive'));
    expect(await verdictsOf(stack.url, `Bearer ${ofShop({ sub: 'customer-3' })}`)).toEqual(
      everywhere('user_inactive'),
    );
  });

  it("is no user of this installation: its account routes and operators' routes are closed to the token", async () => {
    const token = ofShop({ sub: 'chief', groups: ['netra-operators'] });
    for (const path of ['/auth/admin/users', '/auth/account/export']) {
      const answer = await fetch(stack.url + path, { headers: { authorization: `Bearer ${token}` } });
      expect(await answer.json()).toMatchObject({ code: 'token_issuer_untrusted' });
    }
  });
});

/** The account that this token's issuer was trusted to have made at another time. */
async function openAccount(token: string): Promise<void> {
  const verdict = await createVerifier({ issuers: ISSUERS, environment: 'development' }).verify(token);
  if (!verdict.ok) throw new Error(verdict.refusal.code);
  const body = JSON.stringify({ client_id: SERVICE.serviceId, client_secret: SERVICE.serviceSecret });
  const post = (path: string, text: string, headers: Record<string, string> = {}) =>
    fetch(stack.url + path, {
      method: 'POST',
      body: text,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const { access_token } = (await (await post('/auth/service/token', body)).json()) as {
    access_token: string;
  };
  const { issuer, userId } = verdict.identity;
  const user = JSON.stringify({ issuer, user_id: userId });
  const made = await post('/auth/service/users', user, { authorization: `Bearer ${access_token}` });
  if (!made.ok) throw new Error(`the account was not made: ${made.status}`);
}
