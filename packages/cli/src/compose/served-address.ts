import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '@netra/service';

const FILE = 'served.json';

/**
 * Development may listen on any port, and the address is the issuer of tokens. Commands beside the server must use the
 * same one, or what they revoke would be another issuer's. Elsewhere `NETRA_PUBLIC_URL` says it.
 */
export async function rememberServedAddress({ environment, dataDir, publicUrl }: Config): Promise<void> {
  if (environment !== 'development') return;
  await writeFile(join(dataDir, FILE), `${JSON.stringify({ public_url: publicUrl })}\n`, { mode: 0o600 });
}

/** The settings with the address at which this installation was last served. */
export async function withServedAddress(config: Config, isUrlSet: boolean): Promise<Config> {
  if (config.environment !== 'development' || isUrlSet) return config;
  const publicUrl = await readAddress(join(config.dataDir, FILE));
  return publicUrl === undefined
    ? config
    : { ...config, publicUrl, authUrl: publicUrl, authIssuer: publicUrl };
}

async function readAddress(file: string): Promise<string | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    const address =
      typeof value === 'object' && value !== null && 'public_url' in value ? value.public_url : undefined;
    return typeof address === 'string' && URL.canParse(address) ? address : undefined;
  } catch {
    return undefined; // never served, or not by this version: the default address is as good a guess
  }
}
