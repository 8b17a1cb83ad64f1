import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { loadOrCreateSecrets } from './development-secrets.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netra-secrets-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('makes secrets once, for several askers at the same time, in a file that only the owner reads', async () => {
  const dataDir = path.join(folder, 'data');
  const all = await Promise.all([1, 2, 3, 4].map(() => loadOrCreateSecrets(dataDir)));
  expect(new Set(all.map(({ encryptionKey }) => encryptionKey)).size).toBe(1);
  expect(await loadOrCreateSecrets(dataDir)).toEqual(all[0]);
  expect((await stat(path.join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(['secrets.json']);
});

test('makes secrets that production would accept', async () => {
  const { encryptionKey, serviceSecret } = await loadOrCreateSecrets(folder);
  const env = { AUTH_ENCRYPTION_KEY: encryptionKey, SERVICE_SECRET: serviceSecret };
  expect(loadConfig(env, { role: 'up' }).ok).toBe(true);
});

test('never replaces a damaged file, and does not quote it', async () => {
  await writeFile(path.join(folder, 'secrets.json'), '{"encryptionKey": "half of a key');
  await chmod(path.join(folder, 'secrets.json'), 0o600);
  const error: unknown = await loadOrCreateSecrets(folder).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'secrets_unreadable' });
  expect(String(error)).not.toContain('half of a key');
});
