import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '@netra/service';
import { z } from 'zod';
import type { Environment } from '../environment.ts';

const credentialSchema = z.object({
  api_key: z.string(),
  user: z.string(),
  /** Of a key that `netra login` made. */
  key_id: z.string().optional(),
  expires_at: z.string().optional(),
});
const fileSchema = z.object({
  default: z.string().optional(),
  servers: z.record(z.string(), credentialSchema),
});

export type Credential = z.output<typeof credentialSchema>;
type Credentials = z.output<typeof fileSchema>;

/** `$XDG_CONFIG_HOME/netra/credentials.json`, below `~/.config` where that is not set. */
function credentialPath(env: Environment): string {
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'netra', 'credentials.json');
}

/** Errors: `credentials_unreadable`. */
async function readCredentials(path: string): Promise<Credentials> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { servers: {} };
    // No cause: a parser's message may quote what it read.
    throw new AppError('credentials_unreadable', `${path} cannot be read, or is damaged.`, {
      fix: `Remove it and sign in again: rm ${path} && netra login <url>`,
    });
  }
}

/** The last server signed in at is the one that commands mean when they are given none. */
export async function storeCredential(
  env: Environment,
  url: string,
  credential: Credential,
): Promise<string> {
  const path = credentialPath(env);
  const { servers } = await readCredentials(path);
  await writeCredentials(path, { default: url, servers: { ...servers, [url]: credential } });
  return path;
}

/** Errors: `not_signed_in`. */
export async function findCredential(
  env: Environment,
  url: string | undefined,
): Promise<{ url: string; credential: Credential }> {
  const { default: usual, servers } = await readCredentials(credentialPath(env));
  const wanted = url ?? usual;
  const credential = wanted === undefined ? undefined : servers[wanted];
  if (wanted !== undefined && credential !== undefined) return { url: wanted, credential };
  throw new AppError('not_signed_in', `Nobody is signed in at ${wanted ?? 'any server'}.`, {
    fix: `netra login ${wanted ?? 'http://localhost:8080'}`,
  });
}

export async function forgetCredential(env: Environment, url: string): Promise<void> {
  const path = credentialPath(env);
  const { default: usual, servers } = await readCredentials(path);
  const left = Object.fromEntries(Object.entries(servers).filter(([each]) => each !== url));
  await writeCredentials(path, {
    ...(usual !== undefined && usual !== url && { default: usual }),
    servers: left,
  });
}

/** Only this user may read it, also while it is written and whatever the umask says. */
async function writeCredentials(path: string, credentials: Credentials): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await chmod(draft, 0o600);
    await rename(draft, path);
  } catch (cause) {
    throw new AppError('credentials_unwritable', `${path} cannot be written.`, {
      fix: `Make its folder writable: mkdir -p ${dirname(path)}`,
      cause,
    });
  } finally {
    await rm(draft, { force: true });
  }
}
