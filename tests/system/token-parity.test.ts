import { createHash, createHmac, randomBytes } from 'node:crypto';
import { agentFromRun } from '@netra/agent';
import { attemptSummarySchema, LIMITS } from '@netra/protocol';
import { keyCheckValue, type ResolvedSecret } from '@netra/token';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everywhere, verdictsOf } from '../kit/doors.ts';
import { type Person, signUp } from '../kit/person.ts';
import { type Stack, startStack } from '../kit/stack.ts';
import { forge, hs256 } from '../kit/token-forge.ts';

/**
 * One table of tokens, each shown at every door. The installation signs with a shared secret that this test holds, so that
 * a token can be wrong in one thing and right, signature included, in all others.
 */
const bytes = randomBytes(48);
const SECRET: ResolvedSecret = {
  bytes,
  source: 'JWT_SECRET_DEVELOPMENT',
  checkValue: keyCheckValue(bytes, { purpose: 'jwt', environment: 'development' }),
};
const HEADER = { alg: 'HS256', typ: 'at+jwt' };

let stack: Stack;
let ada: Person;
let realClaims: Record<string, unknown>;

beforeAll(async () => {
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  stack = await startStack({ agents: () => [silent], defaultAgent: 'silent', sharedSecret: SECRET });
  ada = await signUp(stack.url);
  const payload = (await ada.token()).split('.')[1] ?? '';
  realClaims = JSON.parse(Buffer.from(payload, 'base64url').toString());
});

afterAll(() => stack.stop());

type Changes = Record<string, unknown>;

/** The claims of a real token, of now, with these changes; what is undefined is left out. */
function claims(changes: Changes = {}): Changes {
  const nowS = Math.floor(Date.now() / 1000);
  return { ...realClaims, iat: nowS, exp: nowS + 600, ...changes };
}

const signed = (changes: Changes = {}, header: Changes = {}) =>
  forge({ ...HEADER, ...header }, claims(changes), hs256(bytes));
const inS = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const text = (value: object) => JSON.stringify(value);

type Row = [name: string, code: string, token: () => string];

const GOOD: Row[] = [
  ['as the auth service makes it', 'ok', () => signed()],
  ['with the type in capitals', 'ok', () => signed({}, { typ: 'AT+JWT' })],
  ['with the whole media type', 'ok', () => signed({}, { typ: 'application/at+jwt' })],
  ['with an unknown claim and header parameter', 'ok', () => signed({ colour: 'blue' }, { colour: 'blue' })],
  ['with several audiences, ours among them', 'ok', () => signed({ aud: ['other', 'netra'] })],
  ['that expired 25 s ago', 'ok', () => signed({ exp: inS(-25) })],
  ['that begins in 25 s', 'ok', () => signed({ nbf: inS(25) })],
  ['that was issued 25 s ahead of our clock', 'ok', () => signed({ iat: inS(25) })],
  ['with fractions of a second', 'ok', () => signed({ iat: inS(-10) + 0.5 })],
];

const FORM: Row[] = [
  ['a word', 'token_malformed', () => 'hello'],
  ['two parts', 'token_malformed', () => signed().split('.').slice(0, 2).join('.')],
  ['four parts', 'token_malformed', () => `${signed()}.a`],
  ['five parts, as of a JWE', 'token_malformed', () => `${signed()}.a.b`],
  ['an empty signature', 'token_signature_invalid', () => `${signed().split('.').slice(0, 2).join('.')}.`],
  ['padding', 'token_malformed', () => `${signed()}=`],
  ['the other base64 alphabet', 'token_malformed', () => signed().replace(/\.(.)/, '.+')],
  ['a stray bit at the end', 'token_malformed', () => withStrayBit(signed())],
  ['a header that is no object', 'token_malformed', () => forge('[]', claims(), hs256(bytes))],
  ['claims that are no JSON', 'token_malformed', () => forge(HEADER, '{', hs256(bytes))],
  ['claims that are a token again', 'token_malformed', () => forge(HEADER, signed(), hs256(bytes))],
  [
    'claims with a byte order mark',
    'token_malformed',
    () => forge(HEADER, `\uFEFF${text(claims())}`, hs256(bytes)),
  ],
  [
    'a claim twice',
    'token_malformed',
    () => forge(HEADER, text(claims()).replace('{', '{"sub":"x",'), hs256(bytes)),
  ],
  [
    'a claim twice, once escaped',
    'token_malformed',
    () => forge(HEADER, text(claims()).replace('{', '{"s\\u0075b":"x",'), hs256(bytes)),
  ],
  [
    'a header parameter twice',
    'token_malformed',
    () => forge(text(HEADER).replace('{', '{"alg":"none",'), claims(), hs256(bytes)),
  ],
  [
    'claims 100 levels deep',
    'token_malformed',
    () =>
      forge(HEADER, text(claims()).replace('{', `{"x":${'['.repeat(100)}${']'.repeat(100)},`), hs256(bytes)),
  ],
  ['an unknown crit', 'token_malformed', () => signed({}, { crit: ['exp'], exp: 1 })],
  ['a crit of b64', 'token_malformed', () => signed({}, { crit: ['b64'], b64: false })],
  ['more than 8 KiB', 'token_too_large', () => signed({ filler: 'a'.repeat(LIMITS.maxTokenBytes) })],
];

const KEY: Row[] = [
  [
    'alg none',
    'token_algorithm_refused',
    () => forge({ ...HEADER, alg: 'none' }, claims(), () => Buffer.alloc(0)),
  ],
  ['alg NoNe', 'token_algorithm_refused', () => signed({}, { alg: 'NoNe' })],
  ['no alg', 'token_algorithm_refused', () => signed({}, { alg: undefined })],
  ['an alg that every object has', 'token_algorithm_refused', () => signed({}, { alg: 'constructor' })],
  [
    'HS512 with our secret',
    'token_algorithm_refused',
    () =>
      forge({ ...HEADER, alg: 'HS512' }, claims(), (input) =>
        createHmac('sha512', bytes).update(input).digest(),
      ),
  ],
  ['ES256 over a secret', 'token_algorithm_refused', () => signed({}, { alg: 'ES256' })],
  ['an empty secret', 'token_signature_invalid', () => forge(HEADER, claims(), hs256(Buffer.alloc(0)))],
  [
    'a well-known secret',
    'token_signature_invalid',
    () => forge(HEADER, claims(), hs256(Buffer.from('secret'))),
  ],
  [
    'a secret of another environment',
    'token_signature_invalid',
    () => forge(HEADER, claims(), hs256(randomBytes(48))),
  ],
  [
    'the hash of our secret',
    'token_signature_invalid',
    () => forge(HEADER, claims(), hs256(createHash('sha256').update(bytes).digest())),
  ],
  [
    'half a signature',
    'token_signature_invalid',
    () => forge(HEADER, claims(), (input) => hs256(bytes)(input).subarray(0, 16)),
  ],
  ['a key id that is a path', 'token_key_unknown', () => signed({}, { kid: '../../dev/null' })],
  ['a key id that is SQL', 'token_key_unknown', () => signed({}, { kid: "' or 1=1 --" })],
  ['a key id of 65 characters', 'token_key_unknown', () => signed({}, { kid: 'k'.repeat(65) })],
  ['a key id that is no text', 'token_key_unknown', () => signed({}, { kid: { $ne: '' } })],
  ['the type of an ID token', 'token_type_wrong', () => signed({}, { typ: 'JWT' })],
  ['no type', 'token_type_wrong', () => signed({}, { typ: undefined })],
];

const CLAIMS: Row[] = [
  ['another issuer', 'token_issuer_untrusted', () => signed({ iss: 'https://evil.example' })],
  ['an issuer that differs by a slash', 'token_issuer_untrusted', () => signed({ iss: `${stack.url}/` })],
  ['no issuer', 'token_issuer_untrusted', () => signed({ iss: undefined })],
  ['another audience', 'token_audience_wrong', () => signed({ aud: 'other' })],
  ['the audience of services', 'token_audience_wrong', () => signed({ aud: 'netra-service' })],
  ['no audience', 'token_audience_wrong', () => signed({ aud: undefined })],
  ['another environment', 'token_environment_wrong', () => signed({ env: 'production' })],
  ['no environment', 'token_environment_wrong', () => signed({ env: undefined })],
  ['an expiry 35 s ago', 'token_expired', () => signed({ exp: inS(-35) })],
  ['no expiry', 'token_claim_missing', () => signed({ exp: undefined })],
  ['an expiry that is text', 'token_claim_missing', () => signed({ exp: '9999999999' })],
  [
    'an endless expiry',
    'token_claim_missing',
    () => forge(HEADER, text(claims()).replace(/"exp":\d+/, '"exp":1e999'), hs256(bytes)),
  ],
  ['no time of issue', 'token_claim_missing', () => signed({ iat: undefined })],
  ['a time of issue 60 s ahead', 'token_not_yet_valid', () => signed({ iat: inS(60) })],
  ['a begin in 60 s', 'token_not_yet_valid', () => signed({ nbf: inS(60) })],
  ['a begin that is text', 'token_claim_missing', () => signed({ nbf: 'now' })],
  ['no subject', 'token_claim_missing', () => signed({ sub: undefined })],
  ['a subject that is a list', 'token_claim_missing', () => signed({ sub: [realClaims.sub] })],
  ['no session', 'token_claim_missing', () => signed({ sid: undefined })],
  ['no id', 'token_claim_missing', () => signed({ jti: undefined })],
  ['roles that are text', 'token_claim_missing', () => signed({ roles: 'operator' })],
  ['permissions that are an object', 'token_claim_missing', () => signed({ permissions: { chat: true } })],
];

const PEOPLE: Row[] = [
  ['a user who is not there', 'user_unknown', () => signed({ sub: 'staging-e2e-user-001' })],
];

const ROWS = [...GOOD, ...FORM, ...KEY, ...CLAIMS, ...PEOPLE];

describe('a token gets the same verdict at /auth/validate, /v1/threads, /v1/ws/ticket and /ws', () => {
  it('is a table of at least 40', () => expect(ROWS.length).toBeGreaterThanOrEqual(40));

  it.each(ROWS)('%s: %s', async (_name, code, token) => {
    expect(await verdictsOf(stack.url, `Bearer ${token()}`)).toEqual(everywhere(code));
  });

  it.each([
    ['none', undefined, 'credential_missing'],
    ['of another scheme', 'Basic YTpi', 'credential_missing'],
    ['without a token', 'Bearer', 'token_malformed'],
    ['with white space inside', 'Bearer a b', 'token_malformed'],
    ['in small letters', 'bearer x.y.z', 'token_malformed'],
    ['with two credentials, joined', 'Bearer x.y.z, Bearer x.y.z', 'credential_ambiguous'],
    ['with a comma in the token', 'Bearer a,b', 'token_malformed'],
  ])('an Authorization header: %s', async (_name, authorization, code) => {
    expect(await verdictsOf(stack.url, authorization)).toEqual(everywhere(code));
  });
});

describe('a token in the URL', () => {
  it.each(['access_token', 'token', 'jwt', 'anything'])(
    '%s is refused, also beside a good header',
    async (name) => {
      const token = signed();
      const query = `?${name}=${token}`;
      for (const authorization of [undefined, `Bearer ${token}`])
        expect(await verdictsOf(stack.url, authorization, query)).toEqual(everywhere('credential_in_url'));
    },
  );
});

describe('the id that a refusal carries', () => {
  it.each([
    ['GET', '/auth/validate', 'token_expired'],
    ['GET', '/v1/threads', 'token_expired'],
    ['POST', '/v1/ws/ticket', 'token_expired'],
    ['POST', '/auth/token', 'session_ended'],
    ['GET', '/auth/account/export', 'token_expired'],
  ])('of %s %s leads to what it was', async (method, path, code) => {
    const headers = { authorization: `Bearer ${signed({ exp: inS(-35) })}` };
    const refused = await fetch(stack.url + path, { method, headers });
    const attemptId = refused.headers.get('netra-attempt-id') ?? '';
    const found = await fetch(`${stack.url}/v1/attempts/${attemptId}`);
    expect(attemptSummarySchema.strict().parse(await found.json())).toMatchObject({
      attempt_id: attemptId,
      code,
    });
  });
});

describe('a session that ended', () => {
  it('is refused everywhere, and no other spelling of the token gets around it', async () => {
    const grace = await signUp(stack.url, 'Grace');
    const token = await grace.token();
    expect(await verdictsOf(stack.url, `Bearer ${token}`)).toEqual(everywhere('ok'));
    await stack.auth.users.deactivate(grace.userId);
    // The gateway is told within a second.
    await expect
      .poll(() => verdictsOf(stack.url, `Bearer ${token}`), { timeout: 5_000 })
      .toEqual(everywhere('user_inactive'));
  });
});

/** Another text for the same bytes, which a lenient decoder takes. */
function withStrayBit(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.at(-1) ?? '');
  return token.slice(0, -1) + alphabet[last ^ 1];
}
