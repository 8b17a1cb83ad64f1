import { readFile } from 'node:fs/promises';
import { AppError } from '@netra/service';
import type { CommandIo } from '../command-io.ts';

/** Where a secret is, since a command line can be read by everybody on the machine. */
export interface SecretPlace {
  /** Path of a file; `-` is standard input. */
  readonly file?: string | undefined;
  /** Name of an environment variable. */
  readonly variable?: string | undefined;
}

/** Nothing where no place is given. Errors: `secret_missing`, which names the place and never what is in it. */
export async function readSecret(
  { env, readStdin }: Pick<CommandIo, 'env' | 'readStdin'>,
  { file, variable }: SecretPlace,
): Promise<string | undefined> {
  if (file === undefined && variable === undefined) return undefined;
  if (file === undefined) return present(env[variable ?? ''], `The environment variable ${variable}`);
  if (file === '-') return present(await readStdin(), 'Standard input');
  return present(await readFile(file, 'utf8').catch(() => undefined), `The file ${file}`);
}

function present(text: string | undefined, place: string): string {
  const secret = text?.trim();
  if (secret) return secret;
  throw new AppError('secret_missing', `${place} holds no secret, or cannot be read.`, {
    fix: 'Put it into a file that only you may read, or into a variable, and name that one.',
  });
}
