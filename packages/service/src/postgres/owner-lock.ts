import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../app-error.ts';
import { identifyProcess } from './process-identity.ts';

export interface OwnerLock {
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  readonly identity: string;
}

const attempts = 40;

/**
 * Makes this process the only owner of the data folder. The lock of a process that ended without cleaning up is
 * taken over. Errors: `database_in_use`.
 */
export async function acquireOwnerLock(dataDir: string): Promise<OwnerLock> {
  const lockPath = path.join(dataDir, 'netra.lock');
  const mine = JSON.stringify({ pid: process.pid, identity: (await identifyProcess(process.pid)) ?? '' });
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await createLock(lockPath, mine)) return { release: () => removeIfSame(lockPath, mine) };
    const held = await readFile(lockPath, 'utf8').catch(() => undefined);
    const owner = held === undefined ? undefined : parseOwner(held);
    if (owner !== undefined && (await identifyProcess(owner.pid)) === owner.identity)
      throw inUse(dataDir, owner.pid);
    // A lock without an owner may be one that is being written right now: give its writer a moment.
    if (owner === undefined && attempt < attempts / 2) await wait(10);
    else if (held !== undefined) await removeIfSame(lockPath, held);
  }
  throw new AppError('database_in_use', `The lock ${lockPath} changes hands all the time.`, {
    fix: 'Let only one Netra start on this folder at a time.',
  });
}

/** The running process that owns the data folder. */
export async function findOwner(dataDir: string): Promise<{ readonly pid: number } | undefined> {
  const held = await readFile(path.join(dataDir, 'netra.lock'), 'utf8').catch(() => undefined);
  const owner = held === undefined ? undefined : parseOwner(held);
  if (owner === undefined) return undefined;
  return (await identifyProcess(owner.pid)) === owner.identity ? owner : undefined;
}

/** Says so before anything else is tried. Errors: `database_in_use`. */
export async function refuseIfOwned(dataDir: string): Promise<void> {
  const owner = await findOwner(dataDir);
  if (owner !== undefined && owner.pid !== process.pid) throw inUse(dataDir, owner.pid);
}

function inUse(dataDir: string, pid: number): AppError {
  return new AppError('database_in_use', `Another Netra (process ${pid}) is using ${dataDir}.`, {
    fix: `Stop it (kill ${pid}), or give this one a folder of its own: NETRA_DATA_DIR=/path/to/another/folder`,
  });
}

async function createLock(lockPath: string, content: string): Promise<boolean> {
  try {
    await writeFile(lockPath, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the file away before looking at it, so that of two processes that bury the same dead lock only one does. */
async function removeIfSame(lockPath: string, expected: string): Promise<void> {
  const grave = `${lockPath}.${randomUUID()}`;
  try {
    await rename(lockPath, grave);
  } catch {
    return; // Somebody else was faster.
  }
  const content = await readFile(grave, 'utf8');
  if (content !== expected) await createLock(lockPath, content);
  await rm(grave, { force: true });
}

function parseOwner(text: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('identity' in value))
      return undefined;
    const { pid, identity } = value;
    return typeof pid === 'number' && typeof identity === 'string' ? { pid, identity } : undefined;
  } catch {
    return undefined;
  }
}
