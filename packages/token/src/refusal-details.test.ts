import { LIMITS } from '@netra/protocol';
import { beforeAll, expect, test } from 'vitest';
import { derivedId } from './derived-id.ts';
import { localKeys } from './local-keys.ts';
import {
  createTokenMaker,
  NOW_MS,
  NOW_S,
  OWN_CLAIMS,
  OWN_ISSUER,
  type TokenMaker,
} from './testing/token-maker.ts';
import { foreignIssuer, ownIssuer } from './trusted-issuer.ts';
import { createVerifier, type Verifier } from './verifier.ts';

const PROVIDER = 'https://id.example';
let maker: TokenMaker;
let verifier: Verifier;

beforeAll(async () => {
  maker = await createTokenMaker();
  const keys = localKeys([maker.publicJwk]);
  verifier = createVerifier({
    issuers: [
      ownIssuer({ issuer: OWN_ISSUER, keys, audience: 'netra' }),
      foreignIssuer({ issuer: PROVIDER, keys, audience: 'netra' }),
    ],
    environment: 'staging',
    now: () => NOW_MS,
  });
});

async function detailOf(token: string): Promise<string | undefined> {
  const verdict = await verifier.verify(token);
  return verdict.ok ? 'accepted' : verdict.refusal.detail;
}

/** What is wrong is said in words that help, and hold nothing that the token brought along. */
test.each<[string, object, Record<string, unknown>]>([
  ['iss is none of the trusted issuers', { iss: 'https://evil.example' }, {}],
  ['aud does not name netra', { aud: 'other' }, {}],
  ['env is not staging', { env: 'production' }, {}],
  ['exp is missing or not of its type', { exp: 'soon' }, {}],
  ['exp is missing or not of its type', { exp: 8_640_000_000_000 }, {}],
  ['iat is missing or not of its type', { iat: -1 }, {}],
  ['accepted', { iat: 0 }, {}],
  ['nbf is missing or not of its type', { nbf: null }, {}],
  ['expired at 2030-03-17T17:45:40.000Z', { exp: NOW_S - 60 }, {}],
  ['valid from 2030-03-17T17:47:40.000Z; check the clocks', { nbf: NOW_S + 60 }, {}],
  ['sub is missing or not of its type', { sub: 7 }, {}],
  ['sid is missing or not of its type', { sid: 'x'.repeat(256) }, {}],
  ['accepted', { sid: 'x'.repeat(255) }, {}],
  ['jti is missing or not of its type', { jti: '' }, {}],
  ['roles is missing or not of its type', { roles: [7] }, {}],
  ['permissions is missing or not of its type', { permissions: 'chat' }, {}],
  ['sub is missing or not of its type', { iss: PROVIDER, sub: '' }, {}],
  ['crit names an extension that is not understood', {}, { crit: ['b64'], b64: true }],
  ['the header must say typ at+jwt', {}, { typ: 'JWT' }],
  ['the header must say typ JWT or at+jwt', { iss: PROVIDER }, { typ: 'id+jwt' }],
  ['kid is not a plain id', {}, { kid: '../key' }],
])('%s', async (detail, claims, header) => {
  expect(await detailOf(await maker.sign({ ...OWN_CLAIMS, ...claims }, header))).toBe(detail);
});

const encode = (text: string) => Buffer.from(text).toString('base64url');
test.each([
  [`more than ${LIMITS.maxTokenBytes} bytes`, 'x'.repeat(LIMITS.maxTokenBytes + 1)],
  ['1 part instead of 3', 'x'.repeat(LIMITS.maxTokenBytes)],
  ['not canonical base64url', 'e30.e30.AB'],
  ['header: not JSON in UTF-8', `${encode('{')}.e30.`],
  ['header: not a JSON object', `${encode('null')}.e30.`],
  ['header: not a JSON object', `${encode('"text"')}.e30.`],
  ['header: a member occurs twice', `${encode('{"a":1,"b":{"a":1},"a":2}')}.e30.`],
  ['claims: a member occurs twice', `e30.${encode('{"\\"":1,"\\"":2}')}.`],
  ['claims: a member occurs twice', `e30.${encode('{"x":[1,"a"],"x":2}')}.`],
  ['claims: a member occurs twice', `e30.${encode('{"x":[{"a":[],"a":1}]}')}.`],
  ['claims: more than 8 levels deep', `e30.${encode(`{"a":${'['.repeat(8)}${']'.repeat(8)}}`)}.`],
])('%s, before a key is looked for', async (detail, token) => {
  expect(await detailOf(token)).toBe(detail);
});

test.each([
  ['values that are equal', '{"a":"x","b":"x"}'],
  ['a value that is the name of a member', '{"a":"b","b":"a"}'],
  ['texts in a list that are equal', '{"a":["x","x","x"]}'],
  ['the same member of two objects', '{"a":[{"x":1},{"x":1}],"b":{"x":1}}'],
  ['an escaped backslash before the end of a text', '{"a":"\\\\","b":"\\\\"}'],
  ['structure within a text', '{"a":",","b":",{[","c":"]}"}'],
  ['many objects beside each other', `{"a":[${Array.from({ length: 20 }, () => '{}').join()}]}`],
  ['white space', ' {\n"a" : [ 1 , 2 ] ,\t"b" : { } }\n'],
  ['8 levels with those of the claims', `${'['.repeat(7)}${']'.repeat(7)}`],
])('%s are no fault', async (_name, extra) => {
  const text = `${JSON.stringify(OWN_CLAIMS).slice(0, -1)},"extra":${extra}}`;
  expect(await detailOf(await maker.sign(text))).toBe('accepted');
});

test('ids of foreign users never change: accounts hang on them', () => {
  expect(derivedId('user', PROVIDER, '42')).toBe('ext_c4446da07595147cef3a141f38fd76a57e30207a');
  expect(derivedId('session', PROVIDER, '42')).toBe('ext_8d86c68179778911b8270f2dd9e97c5846cc343f');
});
