import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../app-error.ts';
import { ensureDataFolder } from '../postgres/data-folder.ts';

const fileSchema = z.object({ encryptionKey: z.string().min(32), serviceSecret: z.string().min(32) });
export type DevelopmentSecrets = z.output<typeof fileSchema>;

/**
 * The secrets of a development installation, made at its first start and kept in `secrets.json` (mode 0600).
 * Several processes may ask at once; all get the same. Errors: `secrets_unreadable`.
 */
export async function loadOrCreateSecrets(dataDir: string): Promise<DevelopmentSecrets> {
  const file = path.join(await ensureDataFolder(dataDir), 'secrets.json');
  return (await readSecrets(file)) ?? (await createSecrets(file));
}

async function readSecrets(file: string): Promise<DevelopmentSecrets | undefined> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    // No cause: a parser's message may quote what it read.
    throw new AppError('secrets_unreadable', `${file} cannot be read, or is damaged.`, {
      fix: `Restore it, or make it readable for this user. A new one cannot open the keys that are in the database.`,
    });
  }
}

/** A finished file gets its name at once, and only if nobody else was faster. */
async function createSecrets(file: string): Promise<DevelopmentSecrets> {
  const secrets = { encryptionKey: randomSecret(), serviceSecret: randomSecret() };
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await link(draft, file);
    return secrets;
  } catch (cause) {
    const winner = await readSecrets(file);
    if (winner !== undefined) return winner;
    throw new AppError('data_dir_unusable', `${file} cannot be written.`, {
      fix: 'Set NETRA_DATA_DIR to a folder that you may write to.',
      cause,
    });
  } finally {
    await rm(draft, { force: true });
  }
}

function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
