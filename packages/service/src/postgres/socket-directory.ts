import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '../app-error.ts';
import { canReach, giveTo, type ServerAccount } from './server-account.ts';

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, and `/.s.PGSQL.5432` takes 14 of them. */
const maxPathBytes = 93 - '-0'.length;

/**
 * A folder for PostgreSQL's socket that only its user may enter (and root, who may enter all). One per data folder,
 * always the same. A folder of that name that belongs to somebody else is passed over.
 */
export async function makeSocketDirectory(dataDir: string, account: ServerAccount): Promise<string> {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const owner = account.kind === 'self' ? process.getuid?.() : account.uid;
  for (const base of [tmpdir(), '/tmp']) {
    const folder = path.join(base, `netra-${hash}`);
    if (Buffer.byteLength(folder) > maxPathBytes || !canReach(account, base)) continue;
    for (const candidate of [folder, `${folder}-1`, `${folder}-2`]) {
      if (await makePrivate(candidate, account, owner)) return candidate;
    }
  }
  throw new AppError(
    'socket_folder_unusable',
    `No folder for PostgreSQL's socket could be made in ${tmpdir()}.`,
    {
      fix: 'Set TMPDIR to a short path of a folder that every user may write to.',
    },
  );
}

async function makePrivate(
  folder: string,
  account: ServerAccount,
  owner: number | undefined,
): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    await chmod(folder, 0o700);
    await giveTo(account, folder);
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return false;
  }
  const found = await lstat(folder);
  // A start that was killed between mkdir and chown leaves one of ours.
  if (found.isDirectory() && found.uid === process.getuid?.() && found.uid !== owner)
    await giveTo(account, folder);
  else if (!found.isDirectory() || found.uid !== owner) return false;
  return (found.mode & 0o077) === 0;
}
