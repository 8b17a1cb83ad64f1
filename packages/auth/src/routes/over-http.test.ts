import { createLogger, type HttpServer, startHttpServer } from '@netra/service';
import { createVerifier, ownIssuer, remoteKeys } from '@netra/token';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthKit, call, ORIGIN, outcome, PASSWORD, startAuth } from '../testing/auth-kit.ts';

let kit: AuthKit;
let server: HttpServer;
beforeAll(async () => {
  kit = await startAuth({ environment: 'staging' });
  server = await startHttpServer({
    fetch: (request, env) => kit.auth.fetch(request, env),
    host: '127.0.0.1',
    port: 0,
    allowedHosts: 'any',
    log: createLogger({ level: 'silent' }),
  });
});
afterAll(async () => {
  await server.close({ graceMs: 0 });
  await kit.stop();
});

function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

test('over a real socket a person signs in, gets a token, and the verifier accepts it by the published keys', async () => {
  const person = { email: 'http@example.com', password: PASSWORD, name: 'H' };
  await kit.auth.createUser(person);
  const signIn = await post('/auth/sign-in/email', person);
  expect(signIn.status).toBe(200);
  const sessionToken = signIn.headers.get('set-auth-token');
  const issued = await post('/auth/token', {}, { authorization: `Bearer ${sessionToken}` });
  const { access_token, user } = (await issued.json()) as { access_token: string; user: { user_id: string } };

  const keys = remoteKeys({ jwksUrl: `http://127.0.0.1:${server.port}/auth/jwks.json`, fetch });
  const verifier = createVerifier({
    issuers: [ownIssuer({ keys, issuer: ORIGIN, audience: 'netra' })],
    environment: 'staging',
  });
  expect(await verifier.verify(access_token)).toMatchObject({ ok: true, identity: { userId: user.user_id } });

  const { rows } = await kit.pool.query('select "ipAddress" from session');
  expect(rows).toEqual([{ ipAddress: '127.0.0.1' }]);
});

test('asking too often is rate_limited, whatever address the client claims to have', async () => {
  const outcomes: string[] = [];
  let last: Response | undefined;
  for (let at = 0; at < 31; at += 1) {
    const claimed = { 'x-netra-client-address': `10.0.0.${at}`, 'x-forwarded-for': `10.0.0.${at}` };
    const body = { email: `a${at}@example.com`, password: 'guess guess' };
    last = await post('/auth/sign-in/email', body, claimed);
    outcomes.push(await outcome(last));
  }
  expect(outcomes.at(0)).toBe('401 credential_missing');
  expect(outcomes.at(-1)).toBe('429 rate_limited');
  expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
  // Counted in the database: another process does not begin anew.
  const other = await kit.another();
  const body = { email: 'b@example.com', password: 'guess guess' };
  const elsewhere = await call(other, '/auth/sign-in/email', { body, from: '127.0.0.1' });
  expect(await outcome(elsewhere)).toBe('429 rate_limited');
});
