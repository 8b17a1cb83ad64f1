import { LIMITS, tokenResponseSchema, validateResponseSchema } from '@netra/protocol';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthKit, call, ORIGIN, outcome, signUp, startAuth } from '../testing/auth-kit.ts';

let kit: AuthKit;
let nowMs = Date.now();
beforeAll(async () => {
  kit = await startAuth({ now: () => nowMs });
});
afterAll(() => kit.stop());

async function accessToken(bearer: string): Promise<string> {
  const response = await call(kit.auth, '/auth/token', { method: 'POST', bearer });
  return tokenResponseSchema.parse(await response.json()).access_token;
}

describe('POST /auth/token', () => {
  test('a session cookie of the page becomes an access token of ten minutes', async () => {
    const { cookie, email } = await signUp(kit.auth);
    const response = await call(kit.auth, '/auth/token', { method: 'POST', cookie });
    const body = tokenResponseSchema.parse(await response.json());
    expect(body).toMatchObject({ expires_in: 600, user: { email, roles: ['user'], permissions: ['chat'] } });
    const { alg, typ, kid } = decodeProtectedHeader(body.access_token);
    expect({ alg, typ }).toEqual({ alg: 'ES256', typ: 'at+jwt' });
    expect(kid).toHaveLength(43);
    const claims = decodeJwt(body.access_token);
    expect(claims).toMatchObject({
      iss: ORIGIN,
      aud: 'netra',
      sub: body.user.user_id,
      env: 'development',
      roles: ['user'],
      permissions: ['chat'],
    });
    expect(claims.sid).toBeTruthy();
    expect(claims.jti).toBeTruthy();
    expect((claims.exp ?? 0) * 1000).toBe(Date.parse(body.token_expires_at));
  });

  test('a session token works as bearer, without any Origin', async () => {
    const { sessionToken } = await signUp(kit.auth);
    expect(await outcome(await call(kit.auth, '/auth/token', { method: 'POST', bearer: sessionToken }))).toBe(
      '200',
    );
  });

  test('a bad bearer token does not fall back to a cookie', async () => {
    const { cookie } = await signUp(kit.auth);
    const response = await call(kit.auth, '/auth/token', { method: 'POST', cookie, bearer: 'x' });
    expect(await outcome(response)).toBe('401 session_ended');
  });

  test('an access token is no session', async () => {
    const { sessionToken } = await signUp(kit.auth);
    const bearer = await accessToken(sessionToken);
    expect(await outcome(await call(kit.auth, '/auth/token', { method: 'POST', bearer }))).toBe(
      '401 session_ended',
    );
  });

  test('without a credential it is credential_missing, after signing out session_ended', async () => {
    const { cookie, sessionToken } = await signUp(kit.auth);
    expect(await outcome(await call(kit.auth, '/auth/token', { method: 'POST' }))).toBe(
      '401 credential_missing',
    );
    expect(await outcome(await call(kit.auth, '/auth/sign-out', { body: {}, cookie }))).toBe('200');
    expect(await outcome(await call(kit.auth, '/auth/token', { method: 'POST', cookie }))).toBe(
      '401 session_ended',
    );
    const bearer = sessionToken;
    expect(await outcome(await call(kit.auth, '/auth/token', { method: 'POST', bearer }))).toBe(
      '401 session_ended',
    );
  });

  test('an altered session cookie is session_ended', async () => {
    const { cookie } = await signUp(kit.auth);
    const altered = cookie.replace(/\.[^.]*$/, '.AAAA');
    const response = await call(kit.auth, '/auth/token', { method: 'POST', cookie: altered });
    expect(await outcome(response)).toBe('401 session_ended');
  });

  test('an operator gets every permission', async () => {
    const user = {
      email: 'op@example.com',
      password: 'a long password',
      name: 'Op',
      roles: ['operator'] as const,
    };
    await kit.auth.createUser(user);
    const signIn = await call(kit.auth, '/auth/sign-in/email', {
      body: { email: user.email, password: user.password },
    });
    const bearer = signIn.headers.get('set-auth-token') ?? '';
    const response = await call(kit.auth, '/auth/token', { method: 'POST', bearer });
    expect(tokenResponseSchema.parse(await response.json()).user).toMatchObject({
      roles: ['operator'],
      permissions: ['chat', 'ops:read', 'ops:write'],
    });
    await expect(kit.auth.createUser(user)).rejects.toMatchObject({ code: 'user_exists' });
  });
});

describe('/auth/validate', () => {
  test('says whose token it is, by GET and by POST', async () => {
    const { sessionToken } = await signUp(kit.auth);
    const bearer = await accessToken(sessionToken);
    const { sub, sid, exp } = decodeJwt(bearer);
    for (const method of ['GET', 'POST']) {
      const response = await call(kit.auth, '/auth/validate', { method, bearer });
      expect(validateResponseSchema.parse(await response.json())).toEqual({
        valid: true,
        user_id: sub,
        session_id: sid,
        roles: ['user'],
        permissions: ['chat'],
        environment: 'development',
        token_expires_at: new Date((exp ?? 0) * 1000).toISOString(),
      });
    }
  });

  test('refuses with the code of the one verifier', async () => {
    const { sessionToken } = await signUp(kit.auth);
    const token = await accessToken(sessionToken);
    const validate = async (bearer?: string) =>
      outcome(await call(kit.auth, '/auth/validate', bearer === undefined ? {} : { bearer }));
    expect(await validate()).toBe('401 credential_missing');
    expect(await validate('a.b')).toBe('401 token_malformed');
    expect(await validate(sessionToken)).toBe('401 token_malformed');
    expect(await validate(`${token.slice(0, -8)}AAAAAAAA`)).toBe('401 token_signature_invalid');
    const foreign = await kit.another({ publicUrl: 'https://other.example.com' });
    const issued = await call(foreign, '/auth/token', { method: 'POST', bearer: sessionToken });
    const { access_token } = tokenResponseSchema.parse(await issued.json());
    expect(await validate(access_token)).toBe('401 token_issuer_untrusted');

    const response = await call(kit.auth, '/auth/validate', { bearer: 'a.b' });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
  });

  test('a token ends thirty seconds after exp', async () => {
    const { sessionToken } = await signUp(kit.auth);
    const bearer = await accessToken(sessionToken);
    const startMs = nowMs;
    const deadlineMs = (decodeJwt(bearer).exp ?? 0) * 1000 + LIMITS.tokenSkewMs;
    nowMs = deadlineMs - 1;
    expect(await outcome(await call(kit.auth, '/auth/validate', { bearer }))).toBe('200');
    nowMs = deadlineMs;
    expect(await outcome(await call(kit.auth, '/auth/validate', { bearer }))).toBe('401 token_expired');
    nowMs = startMs;
  });

  test('a good token of an ended session, a deactivated or a deleted user is refused as such', async () => {
    const person = await signUp(kit.auth);
    const bearer = await accessToken(person.sessionToken);
    const validate = async () => outcome(await call(kit.auth, '/auth/validate', { bearer }));
    await kit.pool.query('update "user" set active = false where email = $1', [person.email]);
    expect(await validate()).toBe('403 user_inactive');
    await kit.pool.query('update "user" set active = true where email = $1', [person.email]);
    await call(kit.auth, '/auth/sign-out', { body: {}, cookie: person.cookie });
    expect(await validate()).toBe('401 session_ended');
    const deleted = await signUp(kit.auth);
    const orphan = await accessToken(deleted.sessionToken);
    await kit.pool.query('delete from "user" where email = $1', [deleted.email]);
    expect(await outcome(await call(kit.auth, '/auth/validate', { bearer: orphan }))).toBe(
      '401 user_unknown',
    );
  });
});
