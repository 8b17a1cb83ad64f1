import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mirrorFolder } from './binaries.ts';

const other = { kind: 'other', uid: 65_534, gid: 65_534 } as const;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netra-binaries-'));
  await mkdir(path.join(folder, 'from', 'bin'), { recursive: true });
  await place('open', 0o755);
  await place('closed', 0o700);
});
afterEach(() => rm(folder, { recursive: true }));

async function place(name: string, mode: number): Promise<void> {
  await writeFile(path.join(folder, 'from', 'bin', name), name);
  await chmod(path.join(folder, 'from', 'bin', name), mode);
}

const mirror = (account: Parameters<typeof mirrorFolder>[2]) =>
  mirrorFolder(path.join(folder, 'from'), path.join(folder, 'to'), account);
const found = async (name: string) => {
  const { mode, nlink } = await stat(path.join(folder, 'to', 'bin', name));
  return { mode: mode & 0o777, nlink };
};

test('links what the account can read, and copies what a strict umask closed', async () => {
  mirror(other);
  expect(await found('open')).toEqual({ mode: 0o755, nlink: 2 });
  expect(await found('closed')).toEqual({ mode: 0o755, nlink: 1 });
});

test('links everything for our own user, and brings back what a cleaner took', async () => {
  mirror({ kind: 'self' });
  await rm(path.join(folder, 'to', 'bin', 'open'));
  mirror({ kind: 'self' });
  expect(await found('open')).toEqual({ mode: 0o755, nlink: 2 });
  expect(await found('closed')).toEqual({ mode: 0o700, nlink: 2 });
});
