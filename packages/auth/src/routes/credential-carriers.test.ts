import { request } from 'node:http';
import { createLogger, type HttpServer, startHttpServer } from '@netra/service';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthKit, call, outcome, signUp, startAuth } from '../testing/auth-kit.ts';
import { accessTokenOf } from '../testing/tokens.ts';

let kit: AuthKit;
let server: HttpServer;
let token: string;
beforeAll(async () => {
  kit = await startAuth();
  server = await startHttpServer({
    fetch: (incoming, env) => kit.auth.fetch(incoming, env),
    host: '127.0.0.1',
    port: 0,
    allowedHosts: 'any',
    log: createLogger({ level: 'silent' }),
  });
  token = await accessTokenOf(kit.auth, (await signUp(kit.auth)).sessionToken);
});
afterAll(async () => {
  await server.close({ graceMs: 0 });
  await kit.stop();
});

/** Shows these `Authorization` lines, each as a line of its own. */
function withLines(path: string, ...lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = ['host', 'localhost', ...lines.flatMap((line) => ['authorization', line])];
    const sent = request({ host: '127.0.0.1', port: server.port, path, headers });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => {
        const status = answer.statusCode ?? 0;
        resolve(status < 400 ? String(status) : `${status} ${JSON.parse(text).code}`);
      });
    });
    sent.end();
  });
}

describe('a credential in the URL is credential_in_url, as at the gateway', () => {
  test.each([
    '/auth/validate',
    '/auth/token',
    '/auth/api-keys',
    '/auth/admin/users',
    '/auth/account/export',
    '/auth/service/revocations',
  ])('%s', async (path) => {
    for (const name of ['access_token', 'token', 'ID_TOKEN']) {
      const url = `${path}?${name}=${token}`;
      expect(await outcome(await call(kit.auth, url))).toBe('400 credential_in_url');
      expect(await outcome(await call(kit.auth, url, { bearer: token }))).toBe('400 credential_in_url');
    }
    expect(await outcome(await call(kit.auth, `${path}?q=${token}`, { bearer: token }))).toBe(
      '400 credential_in_url',
    );
  });

  test('the addresses of mailed links keep their token', async () => {
    const answer = await call(kit.auth, '/auth/verify-email?token=x');
    expect(await outcome(answer)).not.toContain('credential_in_url');
  });
});

describe('several Authorization headers are credential_ambiguous, as at the gateway', () => {
  test('as lines of their own', async () => {
    expect(await withLines('/auth/validate', `Bearer ${token}`)).toBe('200');
    for (const other of [`Bearer ${token}`, 'Bearer', 'Basic YTpi', '']) {
      expect(await withLines('/auth/validate', `Bearer ${token}`, other)).toBe('400 credential_ambiguous');
    }
    expect(await withLines(`/auth/validate?token=x`, `Bearer ${token}`, 'Bearer')).toBe(
      '400 credential_in_url',
    );
  });

  test('joined by a comma, as a proxy or a fetch does it', async () => {
    for (const other of [`Bearer ${token}`, 'Basic YTpi']) {
      const headers = { authorization: `Bearer ${token}, ${other}` };
      expect(await outcome(await call(kit.auth, '/auth/validate', { headers }))).toBe(
        '400 credential_ambiguous',
      );
    }
    expect(await outcome(await call(kit.auth, '/auth/validate', { bearer: 'a,b' }))).toBe(
      '401 token_malformed',
    );
  });
});
