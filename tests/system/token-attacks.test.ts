import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { agentFromRun } from '@netra/agent';
import { foreignIssuer, localKeys } from '@netra/token';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Canary, startCanary } from '../kit/canary.ts';
import { everywhere, verdictsOf } from '../kit/doors.ts';
import { type Person, signUp } from '../kit/person.ts';
import { connectRaw } from '../kit/raw-socket.ts';
import { parseAnswer, rawUpgrade } from '../kit/raw-upgrade.ts';
import { SERVICE, type Stack, startStack } from '../kit/stack.ts';
import { es256, forge, hs256, rs256, type Signer } from '../kit/token-forge.ts';

/** Two products with their own sign-in, whose keys this test holds: what the real issuer would never sign. */
const CURVE = {
  issuer: 'https://curve.test',
  kid: 'curve-1',
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
const RSA = {
  issuer: 'https://rsa.test',
  kid: 'rsa-1',
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

let stack: Stack;
let ada: Person;
let canary: Canary;

beforeAll(async () => {
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  const trusted = (issuer: string, kid: string, key: KeyObject, alg: string) =>
    foreignIssuer({
      issuer,
      audience: 'netra',
      keys: localKeys([{ ...key.export({ format: 'jwk' }), kid, alg }]),
      provisioning: 'just-in-time',
    });
  canary = await startCanary();
  stack = await startStack({
    agents: () => [silent],
    defaultAgent: 'silent',
    issuers: [
      trusted(CURVE.issuer, CURVE.kid, CURVE.publicKey, 'ES256'),
      trusted(RSA.issuer, RSA.kid, RSA.publicKey, 'RS256'),
    ],
  });
  ada = await signUp(stack.url);
});

afterAll(async () => {
  await stack.stop();
  await canary.stop();
});

type Fields = Record<string, unknown>;

function claims(issuer: string, changes: Fields = {}): Fields {
  const nowS = Math.floor(Date.now() / 1000);
  return { iss: issuer, aud: 'netra', sub: 'user-1', iat: nowS, exp: nowS + 300, ...changes };
}

function curveToken(changes: Fields = {}, header: Fields = {}, signer: Signer = es256(CURVE.privateKey)) {
  const full = { alg: 'ES256', typ: 'JWT', kid: CURVE.kid, ...header };
  return forge(full, claims(CURVE.issuer, changes), signer);
}

function rsaToken(changes: Fields = {}, header: Fields = {}, signer: Signer = rs256(RSA.privateKey)) {
  const full = { alg: 'RS256', typ: 'JWT', kid: RSA.kid, ...header };
  return forge(full, claims(RSA.issuer, changes), signer);
}

/** What REST, WebSocket and the auth service say; they must say the same. */
async function verdict(token: string): Promise<string> {
  const verdicts = await verdictsOf(stack.url, `Bearer ${token}`);
  expect(verdicts).toEqual(everywhere(verdicts.threads));
  return verdicts.threads;
}

const PUBLIC_PEM = Buffer.from(RSA.publicKey.export({ format: 'pem', type: 'spki' }));
const CURVE_PEM = Buffer.from(CURVE.publicKey.export({ format: 'pem', type: 'spki' }));
const ATTACKER = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ATTACKER_JWK = { ...ATTACKER.publicKey.export({ format: 'jwk' }), kid: 'evil', alg: 'ES256' };
const none: Signer = () => Buffer.alloc(0);

const ATTACKS: [name: string, code: string, token: () => string][] = [
  ['alg none', 'token_algorithm_refused', () => curveToken({}, { alg: 'none' }, none)],
  ['alg nOnE', 'token_algorithm_refused', () => curveToken({}, { alg: 'nOnE' }, none)],
  [
    'HS256 with the public RSA key as the secret',
    'token_algorithm_refused',
    () => rsaToken({}, { alg: 'HS256' }, hs256(PUBLIC_PEM)),
  ],
  [
    'HS256 with the public key of the curve as the secret',
    'token_algorithm_refused',
    () => curveToken({}, { alg: 'HS256' }, hs256(CURVE_PEM)),
  ],
  [
    'ES256 for an RSA key',
    'token_algorithm_refused',
    () => rsaToken({}, { alg: 'ES256' }, es256(CURVE.privateKey)),
  ],
  [
    'HS256 with an empty secret',
    'token_algorithm_refused',
    () => curveToken({}, { alg: 'HS256' }, hs256(Buffer.alloc(0))),
  ],
  [
    'RS256 for a key of the curve',
    'token_algorithm_refused',
    () => curveToken({}, { alg: 'RS256' }, rs256(RSA.privateKey)),
  ],
  ['r = s = 0', 'token_signature_invalid', () => curveToken({}, {}, () => Buffer.alloc(64))],
  ['a signature in DER', 'token_signature_invalid', () => curveToken({}, {}, rs256(CURVE.privateKey))],
  [
    'the key of another trusted issuer',
    'token_key_unknown',
    () => forge({ alg: 'RS256', typ: 'JWT', kid: RSA.kid }, claims(CURVE.issuer), rs256(RSA.privateKey)),
  ],
  [
    'a key in jwk',
    'token_signature_invalid',
    () => curveToken({}, { jwk: ATTACKER_JWK }, es256(ATTACKER.privateKey)),
  ],
  [
    'a key behind jku',
    'token_key_unknown',
    () => curveToken({}, { kid: 'evil', jku: `${canary.url}/jwks.json` }, es256(ATTACKER.privateKey)),
  ],
  [
    'a certificate behind x5u',
    'token_key_unknown',
    () => curveToken({}, { kid: 'evil', x5u: `${canary.url}/cert.pem` }, es256(ATTACKER.privateKey)),
  ],
  [
    'a certificate in x5c',
    'token_signature_invalid',
    () => curveToken({}, { x5c: ['MIIB'] }, es256(ATTACKER.privateKey)),
  ],
  ['a key id that is a path', 'token_key_unknown', () => curveToken({}, { kid: '../../../dev/null' })],
  ['a key id that is an address', 'token_key_unknown', () => curveToken({}, { kid: `${canary.url}/key` })],
  ['an unknown crit', 'token_malformed', () => curveToken({}, { crit: ['x'], x: 1 })],
  [
    'our own issuer, signed by another',
    'token_key_unknown',
    () => forge({ alg: 'ES256', typ: 'at+jwt', kid: CURVE.kid }, claims(stack.url), es256(CURVE.privateKey)),
  ],
  ['another audience', 'token_audience_wrong', () => curveToken({ aud: 'other' })],
  ['an old token', 'token_expired', () => curveToken({ exp: Math.floor(Date.now() / 1000) - 31 })],
];

describe('an attack at the running edges', () => {
  it.each(ATTACKS)('%s', async (_name, code, token) => {
    expect(await verdict(token())).toBe(code);
  });

  it('never makes the server fetch what a token points to', async () => {
    for (const name of ['jku', 'x5u']) {
      expect(await verdict(curveToken({}, { [name]: `${canary.url}/keys` }))).toBe('ok');
    }
    expect(canary.calls()).toBe(0);
  });

  it('headers beyond what the HTTP parser takes are headers_too_large', async () => {
    const answer = parseAnswer(
      await rawUpgrade(stack.url, { Authorization: `Bearer ${'a'.repeat(40 * 1024)}` }),
    );
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([431, 'headers_too_large']);
  });

  it('the other spelling of an ECDSA signature is the same identity, and cannot dodge a revocation', async () => {
    const grace = await signUp(stack.url, 'Grace');
    const token = await grace.token();
    const twin = highS(token);
    expect(twin).not.toBe(token);
    const before = [await verdict(token), await verdict(twin)];
    expect(before).toEqual(['ok', 'ok']);
    await stack.auth.users.deactivate(grace.userId);
    for (const spelling of [token, twin])
      await expect
        .poll(() => verdictsOf(stack.url, `Bearer ${spelling}`), { timeout: 5_000 })
        .toEqual(everywhere('user_inactive'));
  });

  it('a token from before a change of roles closes its sockets, and cannot be replayed', async () => {
    const token = await ada.token();
    const socket = await connectRaw(stack.url, token);
    await stack.auth.users.setRoles(ada.userId, ['user', 'operator']);
    expect(await socket.closed).toEqual({ code: 3000, reason: 'permissions_changed' });
    expect(await verdict(token)).toBe('token_revoked');
  });
});

describe('other credentials of a user are no access token', () => {
  it('a session token and an API key open no door', async () => {
    const body = { email: 'joan@example.com', password: 'correct horse battery', name: 'Joan' };
    const page = { origin: new URL(stack.url).origin, 'content-type': 'application/json' };
    const post = (path: string, text: object, headers: Record<string, string> = page) =>
      fetch(stack.url + path, { method: 'POST', headers, body: JSON.stringify(text) });
    const session = (await post('/auth/sign-up/email', body)).headers.get('set-auth-token') ?? '';
    const made = await post('/auth/api-keys', { name: 'x' }, { ...page, authorization: `Bearer ${session}` });
    const { api_key: apiKey } = await made.json();
    expect([await verdict(session), await verdict(apiKey)]).toEqual(['token_malformed', 'token_malformed']);
  });
});

describe('users of several issuers', () => {
  it('with the same sub are two users, and see nothing of each other', async () => {
    const [left, right] = [curveToken(), rsaToken()];
    const sockets = [await connectRaw(stack.url, left), await connectRaw(stack.url, right)];
    const ids = await Promise.all(
      sockets.map(async (socket) => (await socket.next('connection_established')).user_id),
    );
    expect(new Set(ids).size).toBe(2);
    const headers = { authorization: `Bearer ${left}`, 'content-type': 'application/json' };
    await fetch(`${stack.url}/v1/threads`, { method: 'POST', headers, body: '{"title":"mine"}' });
    const list = async (token: string) => {
      const answer = await fetch(`${stack.url}/v1/threads`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return (await answer.json()).items.length;
    };
    expect([await list(left), await list(right)]).toEqual([1, 0]);
    for (const socket of sockets) socket.close();
  });

  it('with the same jti are told apart: neither a remembered verdict nor a revocation of one is the other', async () => {
    const same = { sub: 'twin', sid: 'twin-session', jti: 'twin-token' };
    const [left, right] = [curveToken(same), rsaToken(same)];
    const idOf = async (token: string) => {
      const answer = await fetch(`${stack.url}/auth/validate`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return (await answer.json()).user_id;
    };
    for (let round = 0; round < 2; round++)
      expect([await verdict(left), await verdict(right)]).toEqual(['ok', 'ok']);
    const [leftId, rightId] = [await idOf(left), await idOf(right)];
    expect(leftId).not.toBe(rightId);
    await stack.auth.users.deactivate(leftId);
    // The gateway is told within a second.
    await expect
      .poll(() => verdictsOf(stack.url, `Bearer ${left}`), { timeout: 5_000 })
      .toEqual(everywhere('user_inactive'));
    expect(await verdict(right)).toBe('ok');
  });

  it('get no role that the mapping does not name', async () => {
    const socket = await connectRaw(stack.url, curveToken({ sub: 'user-2', roles: ['operator'] }));
    expect((await socket.next('connection_established')).roles).toEqual(['user']);
    socket.close();
  });
});

describe('tokens of services and of users', () => {
  it('a service token opens nothing at /v1 and /ws', async () => {
    const credentials = Buffer.from(`${SERVICE.serviceId}:${encodeURIComponent(SERVICE.serviceSecret)}`);
    const answer = await fetch(`${stack.url}/auth/service/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${credentials.toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    const { access_token: token } = await answer.json();
    expect(await verdict(token)).toBe('token_audience_wrong');
  });

  it('a user token opens nothing at /auth/service', async () => {
    const linus = await signUp(stack.url, 'Linus');
    for (const path of [`/auth/service/users/${linus.userId}`, '/auth/service/revocations']) {
      const answer = await linus.call(path);
      expect([answer.status, (await answer.json()).code]).toEqual([401, 'token_audience_wrong']);
    }
  });
});

/** (r, s) and (r, n - s) are both right for ECDSA. */
function highS(token: string): string {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const [header, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const other = Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex');
  return `${header}.${payload}.${Buffer.concat([bytes.subarray(0, 32), other]).toString('base64url')}`;
}
