import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { sha256 } from './page.ts';

const INLINE_SCRIPT = 'document.documentElement.dataset.theme = "dark"';
const INDEX = `<!doctype html><script>${INLINE_SCRIPT}</script><script type="module" src="/assets/index-BxK3v9aZ.js"></script>`;
const SCRIPT = 'export const answer = 42;\n'.repeat(200);
let kit: TestGateway;
let webRoot: string;

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'netra-web-'));
  await mkdir(join(webRoot, 'assets'));
  await writeFile(join(webRoot, 'index.html'), INDEX);
  await writeFile(join(webRoot, 'favicon.svg'), '<svg/>');
  await writeFile(join(webRoot, 'assets/index-BxK3v9aZ.js'), SCRIPT);
  kit = await startTestGateway({ webRoot });
});
afterAll(async () => {
  await kit.close();
  await rm(webRoot, { recursive: true });
});

test.each([
  '/',
  '/sign-in',
  '/sign-in/link',
  '/reset-password',
  '/forgot-password',
  '/chat/thr_1',
  '/console',
])('%s gets the page, never cached blindly', async (path) => {
  const response = await kit.request(path);
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(INDEX);
  expect(response.headers.get('cache-control')).toBe('no-cache');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test.each([
  ['POST', '/'],
  ['DELETE', '/chat'],
  ['PUT', '/favicon.svg'],
])('%s %s is told which methods there are', async (method, path) => {
  const response = await kit.request(path, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
  expect(await response.json()).toMatchObject({ code: 'method_not_allowed' });
});

test('the page may run its own scripts only, and talk to its own sockets only', async () => {
  const policy = (await kit.request('/')).headers.get('content-security-policy') ?? '';
  expect(policy).toContain(`script-src 'self' 'sha256-${sha256(INLINE_SCRIPT)}'`);
  expect(policy).toContain(`ws://localhost:${kit.port}`);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
});

test('hashed assets are cached for good and travel compressed', async () => {
  const response = await new Promise<{ headers: Record<string, unknown>; body: Buffer }>(
    (resolve, reject) => {
      const options = { headers: { 'accept-encoding': 'gzip' } };
      request(`${kit.url}/assets/index-BxK3v9aZ.js`, options, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => resolve({ headers: incoming.headers, body: Buffer.concat(chunks) }));
      })
        .on('error', reject)
        .end();
    },
  );
  expect(response.headers).toMatchObject({
    'content-encoding': 'gzip',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'text/javascript; charset=utf-8',
  });
  expect(gunzipSync(response.body).toString()).toBe(SCRIPT);
});

test('an asset that did not change is not sent again', async () => {
  const first = await kit.request('/favicon.svg');
  const etag = first.headers.get('etag') ?? '';
  const second = await kit.request('/favicon.svg', { headers: { 'if-none-match': etag } });
  expect(second.status).toBe(304);
});

test.each(['/../package.json', '/assets/..%2f..%2fpackage.json', '/assets/missing.js', '/index.php'])(
  '%s leads nowhere',
  async (path) => {
    const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      // node:http sends the path as it is; fetch would tidy it first.
      request({ port: kit.port, path }, (incoming) => {
        text(incoming).then((body) => resolve({ status: incoming.statusCode, body }), reject);
      })
        .on('error', reject)
        .end();
    });
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('route_unknown');
  },
);

test('a person at an unknown address gets the page that says so, with 404', async () => {
  const answer = await kit.request('/nowhere/at/all', { headers: { accept: 'text/html,*/*' } });
  expect(answer.status).toBe(404);
  expect(answer.headers.get('content-type')).toContain('text/html');
});
