import { statSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../app-error.ts';

/** Whom PostgreSQL runs as: nobody in particular when we are an ordinary user, another user when we are root. */
export type ServerAccount =
  | { readonly kind: 'self' }
  | { readonly kind: 'other'; readonly uid: number; readonly gid: number };

/** 65534 is `nobody` on Linux; on macOS that is negative, so `daemon` it is. initdb wants an account with a name. */
const unprivileged = process.platform === 'darwin' ? { uid: 1, gid: 1 } : { uid: 65_534, gid: 65_534 };

/** PostgreSQL refuses to run as root, and its folder must belong to its user: an existing cluster decides. */
export function chooseAccount(clusterPath: string): ServerAccount {
  if (process.getuid?.() !== 0) return { kind: 'self' };
  const owner = statSync(clusterPath, { throwIfNoEntry: false });
  if (owner === undefined) return { kind: 'other', ...unprivileged };
  if (owner.uid === 0) {
    throw new AppError(
      'data_dir_unusable',
      `${clusterPath} belongs to root, and PostgreSQL does not run as root.`,
      {
        fix: `chown -R ${unprivileged.uid}:${unprivileged.gid} '${clusterPath}'`,
      },
    );
  }
  return { kind: 'other', uid: owner.uid, gid: owner.gid };
}

/** Whether the account may enter every folder on the way to `target` (mode bits only). */
export function canReach(account: ServerAccount, target: string): boolean {
  if (account.kind === 'self') return true;
  for (let folder = target; ; folder = path.dirname(folder)) {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found === undefined || (found.mode & (found.uid === account.uid ? 0o100 : 0o001)) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

export async function giveTo(account: ServerAccount, target: string): Promise<void> {
  if (account.kind === 'other') await chown(target, account.uid, account.gid);
}

export function spawnIdentity(account: ServerAccount): { uid?: number; gid?: number } {
  return account.kind === 'self' ? {} : { uid: account.uid, gid: account.gid };
}
