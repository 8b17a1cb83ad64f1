import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../app-error.ts';
import type { Logger } from '../logging/logger.ts';
import { isPostgresOf, waitForEnd } from './process-identity.ts';
import { canReach, giveTo, type ServerAccount, spawnIdentity } from './server-account.ts';

const run = promisify(execFile);

export const superuser = 'netra';
/** Nothing of the caller's environment: an unknown `LANG` or a stray `PGDATA` would decide what happens. */
export const postgresEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };

/**
 * How PostgreSQL is told where its cluster is. Where root's folders bar the way, a process that starts inside the
 * folder still reaches it through `/proc/self/cwd`, which the kernel follows without walking the path.
 */
export function dataArgument(account: ServerAccount, clusterPath: string): string {
  if (canReach(account, path.dirname(clusterPath))) return clusterPath;
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new AppError('data_dir_unusable', `PostgreSQL's user cannot enter ${path.dirname(clusterPath)}.`, {
    fix: 'Start as an ordinary user, or set NETRA_DATA_DIR to a folder whose parents every user may enter.',
  });
}

/** Makes the cluster in a folder beside its place, then moves it there: a half-made one is never seen. */
export async function createCluster(
  clusterPath: string,
  { initdb, account }: { initdb: string; account: ServerAccount },
): Promise<void> {
  const draft = `${clusterPath}.new-${randomUUID().slice(0, 8)}`;
  await removeDrafts(clusterPath);
  await mkdir(draft);
  await chmod(draft, 0o700);
  await giveTo(account, draft);
  const settings = ['--auth-local=trust', '--auth-host=reject', `--username=${superuser}`, '--encoding=UTF8'];
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  // Megabytes of a file of the write-ahead log: whoever commits waits while a new one is filled with zeros.
  const logFiles = '--wal-segsize=4';
  try {
    await run(initdb, ['-D', dataArgument(account, draft), ...settings, ...locale, logFiles, '--no-sync'], {
      cwd: draft,
      env: postgresEnvironment,
      ...spawnIdentity(account),
    });
    await rename(draft, clusterPath);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    throw new AppError(
      'embedded_postgres_failed',
      `PostgreSQL could not set up ${clusterPath}: ${reasonOf(cause)}`,
      {
        fix: 'Mend what it says, or set DATABASE_URL=postgres://user:password@host:5432/netra',
        cause,
      },
    );
  }
}

/**
 * Ends a PostgreSQL that outlived the process that started it. Only for the owner of the data folder. Ending beats
 * adopting: the new one has today's settings and is our child, and it is there in 30 ms.
 */
export async function endOrphan(
  clusterPath: string,
  { log, onProgress }: { log: Logger; onProgress: (message: string) => void },
): Promise<void> {
  const pidFile = path.join(clusterPath, 'postmaster.pid');
  const pid = Number.parseInt((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0] ?? '', 10);
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (await isPostgresOf(pid, clusterPath)) {
    onProgress('Ending the PostgreSQL that an earlier run left behind');
    log.warn({ pid }, 'ending an orphaned PostgreSQL');
    await endProcess(pid);
  }
  // It would stop the new server when its pid is a zombie or another program by now. What is left of a killed
  // server is still noticed: PostgreSQL finds its shared memory by the folder's inode.
  await rm(pidFile, { force: true });
}

/** SIGINT is PostgreSQL's fast shutdown (SIGTERM waits for clients), SIGQUIT leaves the rest to crash recovery. */
export async function endProcess(pid: number): Promise<void> {
  for (const [signal, timeoutMs] of [
    ['SIGINT', 5_000],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 2_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return; // Gone already.
    }
    if (await waitForEnd(pid, timeoutMs)) return;
  }
}

async function removeDrafts(clusterPath: string): Promise<void> {
  const folder = path.dirname(clusterPath);
  const drafts = (await readdir(folder)).filter((name) =>
    name.startsWith(`${path.basename(clusterPath)}.new-`),
  );
  await Promise.all(drafts.map((name) => rm(path.join(folder, name), { recursive: true, force: true })));
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return text.trim().split('\n').slice(0, 3).join(' ') || 'initdb did not run';
}
