import { readFileSync } from 'node:fs';
import { AppError, trustedIssuersSetting } from '@netra/service';
import type { TrustedIssuer } from '@netra/token';
import { composeTrustedIssuers, type IssuerTools } from '../compose/trusted-issuers.ts';
import type { Environment } from '../environment.ts';

/** The issuers that a server with these settings trusts besides its own. Errors: `trusted_issuers_invalid`. */
export function localIssuers(env: Environment, tools: IssuerTools): TrustedIssuer[] {
  const text = textOf(env);
  if (text === undefined) return [];
  const parsed = trustedIssuersSetting.safeParse(text);
  if (parsed.success) return composeTrustedIssuers(parsed.data, tools);
  throw invalid(parsed.error.issues[0]?.message ?? 'is not right');
}

function textOf({ TRUSTED_ISSUERS: text, TRUSTED_ISSUERS_FILE: path }: Environment): string | undefined {
  if (text) return text;
  if (!path) return undefined;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw invalid(`cannot be read from ${path}`);
  }
}

function invalid(fault: string): AppError {
  return new AppError('trusted_issuers_invalid', `TRUSTED_ISSUERS ${fault}.`, {
    fix: 'netra config check --env production',
  });
}
