import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { agentFromRun } from '@netra/agent';
import { e2eUser } from '@netra/client/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Stack, startStack } from '../kit/stack.ts';

const run = promisify(execFile);
const E2E_KEY = 'Kq4Vn8Ts2Wy6Bd0Fg3Hj7Lm1Pc5Rx9Zeee';
const hasPytest = await run('python3', ['-c', 'import pytest, requests']).then(
  () => true,
  () => false,
);
// CI sets NETRA_REQUIRE_ALL and fails where they are missing.
const canSkipPytest = !hasPytest && process.env.NETRA_REQUIRE_ALL !== '1';

let stack: Stack;
let page: string;
let folder: string;

beforeAll(async () => {
  const polite = agentFromRun({
    name: 'polite',
    description: 'Says hello.',
    async *run() {
      yield { type: 'message', delta: 'Hello to you.' };
    },
  });
  stack = await startStack({ agents: () => [polite], defaultAgent: 'polite', e2eKey: E2E_KEY });
  await stack.auth.seedE2eUsers();
  page = await readFile(new URL('../../docs/identity.md', import.meta.url), 'utf8');
  folder = await mkdtemp(join(tmpdir(), 'netra-recipes-'));
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The block of docs/identity.md that begins with this line. */
function recipe(firstLine: string): string {
  const blocks = [...page.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  const found = blocks.filter((code) => code.startsWith(`${firstLine}\n`));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

/** Runs it as the body of an async function that is given what it imports, or what its test runner hands it. */
async function runJavaScript(code: string, given: Record<string, unknown>): Promise<void> {
  const body = code
    .replaceAll(/^import .*$/gm, '')
    .replace('https://staging.example.com', stack.url)
    .replaceAll('process.env.E2E_OAUTH_SIMULATION_KEY', 'E2E_OAUTH_SIMULATION_KEY');
  const all = { ...given, E2E_OAUTH_SIMULATION_KEY: E2E_KEY };
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
  await new AsyncFunction(...Object.keys(all), body)(...Object.values(all));
}

describe('the recipes of docs/identity.md for end-to-end tests', () => {
  it('Vitest: sends a message and reads the answer', async () => {
    const tests: Promise<void>[] = [];
    await runJavaScript(recipe('// Vitest, or any program'), {
      expect,
      test: (_name: string, body: () => Promise<void>) => tests.push(body()),
      // As the page says for Node 20.
      e2eUser: (url: string, key: string) => e2eUser(url, key, { WebSocket }),
    });
    expect(tests).toHaveLength(1);
    await Promise.all(tests);
  });

  it('Playwright: asks over REST as the user', async () => {
    const asked: number[] = [];
    const request = {
      async get(path: string, init: RequestInit) {
        const answer = await fetch(new URL(path, stack.url), init);
        asked.push(answer.status);
        return { ok: () => answer.ok };
      },
    };
    await runJavaScript(recipe('// Playwright: REST requests as a signed-in user'), {
      expect,
      e2eUser,
      request,
      baseURL: stack.url,
    });
    expect(asked).toEqual([200]);
  });

  it.skipIf(canSkipPytest)('pytest: a fixture gives a token', async () => {
    const test = [
      'import os, pytest, requests',
      'URL = os.environ["URL"]',
      recipe('# pytest'),
      'def test_threads(token):',
      '    answer = requests.get(f"{URL}/v1/threads", headers={"Authorization": f"Bearer {token}"})',
      '    assert answer.status_code == 200, answer.text',
    ].join('\n');
    await writeFile(join(folder, 'test_recipe.py'), `${test}\n`);
    const { stdout } = await run('python3', ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', folder], {
      env: { PATH: process.env.PATH, URL: stack.url, E2E_OAUTH_SIMULATION_KEY: E2E_KEY },
    });
    expect(stdout).toContain('1 passed');
  });
});
