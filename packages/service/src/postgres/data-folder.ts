import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../app-error.ts';

/**
 * Makes `NETRA_DATA_DIR` and returns its real path. Only its owner may list it; when that is root, others may pass
 * through (0711) so that PostgreSQL's user reaches the cluster. A folder that exists keeps its mode.
 * Errors: `data_dir_unusable`.
 */
export async function ensureDataFolder(dataDir: string): Promise<string> {
  try {
    const found = await stat(dataDir).catch(() => undefined);
    if (found === undefined) {
      // `recursive` with a mode would lock the parents as well.
      await mkdir(path.dirname(dataDir), { recursive: true });
      await mkdir(dataDir, { recursive: true });
      await chmod(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
    } else if (!found.isDirectory()) {
      throw new Error(`${dataDir} is not a folder`);
    }
    return await realpath(dataDir);
  } catch (cause) {
    throw unusable(dataDir, cause);
  }
}

export function unusable(dataDir: string, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : 'unknown reason';
  return new AppError('data_dir_unusable', `The data folder ${dataDir} cannot be used: ${why}`, {
    fix: 'Set NETRA_DATA_DIR to a folder that you may write to, or give this one to your user (chown -R).',
    cause,
  });
}
