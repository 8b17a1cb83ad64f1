import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NetraProcess, startNetra } from './testing/netra-process.ts';
import { post, upgradeStatus } from './testing/requests.ts';

const run = promisify(execFile);
const secret = 'vR7mXq2Zk9Wd4Tn8Hb3Js6Lf1Gy5Pc0Uzzii';
const issuer = {
  issuer: 'https://shop.example.com',
  audience: 'netra',
  secret,
  provisioning: 'just-in-time',
};
const MAX_LINES = 15;
const hasPython = await run('python3', ['--version']).then(
  () => true,
  () => false,
);
// CI sets NETRA_REQUIRE_ALL and fails where there is no Python.
const canSkipPython = !hasPython && process.env.NETRA_REQUIRE_ALL !== '1';

let folder: string;
let page: string;
let server: NetraProcess;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netra-embedding-'));
  page = await readFile(new URL('../../../docs/embedding.md', import.meta.url), 'utf8');
  const env = { NETRA_DATA_DIR: join(folder, 'data'), TRUSTED_ISSUERS: JSON.stringify([issuer]) };
  server = startNetra(['up'], { ...env, PORT: '0' });
  url = (await server.waitFor(/Open\s+(http:\S+)[\s\S]*Stop\s+Ctrl-C/))[1] ?? '';
}, 90_000);
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exited;
  await rm(folder, { recursive: true, force: true });
});

/** The first block of that language in docs/embedding.md. */
function recipe(language: string): string {
  const code = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
  expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_LINES);
  return code;
}

async function mint(command: string, { file, code }: { file: string; code: string }): Promise<string> {
  const path = join(folder, file);
  await writeFile(path, code);
  const { stdout } = await run(command, [path], {
    env: { PATH: process.env.PATH, NETRA_SHARED_SECRET: secret },
  });
  return stdout.trim();
}

async function listThreads(token: string): Promise<{ status: number; count?: number }> {
  const response = await fetch(`${url}/v1/threads`, { headers: { Authorization: `Bearer ${token}` } });
  const { items }: { items?: unknown[] } = await response.json();
  return { status: response.status, ...(items && { count: items.length }) };
}

describe('a product that mints tokens for its own users by docs/embedding.md', { timeout: 30_000 }, () => {
  const call = `netraToken({ id: '7', email: 'ada@shop.example', name: 'Ada' })`;

  it('with Node is trusted over REST and WebSocket', async () => {
    const code = `${recipe('js')}\nconsole.log(${call});\n`;
    const token = await mint(process.execPath, { file: 'recipe.mjs', code });
    expect(await listThreads(token)).toEqual({ status: 200, count: 0 });
    await post(`${url}/v1/threads`, {}, { headers: { Authorization: `Bearer ${token}` }, expected: 201 });
    expect(await upgradeStatus(url, token)).toBe(101);
    const [head, claims, signature = ''] = token.split('.');
    const forged = `${head}.${claims}.${signature.slice(0, -2)}AA`;
    expect((await listThreads(forged)).status).toBe(401);
  });

  it.skipIf(canSkipPython)('with Python is trusted as well, and it is the same user', async () => {
    const code = `${recipe('python')}\nprint(netra_token("7", "ada@shop.example", "Ada"))\n`;
    const token = await mint('python3', { file: 'recipe.py', code });
    expect(await listThreads(token)).toEqual({ status: 200, count: 1 });
  });

  it('is not trusted for another issuer', async () => {
    const code = `${recipe('js').replace('shop.example.com', 'mall.example.com')}\nconsole.log(${call});\n`;
    const token = await mint(process.execPath, { file: 'other.mjs', code });
    expect((await listThreads(token)).status).toBe(401);
  });
});
