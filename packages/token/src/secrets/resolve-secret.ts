import type { SecretFaultCode } from './secret-fault.ts';

export interface ResolvedSecret {
  readonly bytes: Uint8Array;
  /** Name of the setting that it came from, such as `JWT_SECRET_STAGING_FILE`; never a value. */
  readonly source: string;
  /** `keyCheckValue` with the purpose `jwt`. */
  readonly checkValue: string;
}

export type SecretProblemCode =
  | SecretFaultCode
  | 'missing'
  | 'conflict'
  | 'unreadable'
  | 'edge_space'
  | 'other_environment';

export interface SecretProblem {
  readonly setting: string;
  readonly code: SecretProblemCode;
  /** What is wrong, without any part of a value. */
  readonly message: string;
  /** What mends it; ends in a command where there is one. */
  readonly fix: string;
}

export interface ResolveSecretOptions {
  env: Readonly<Record<string, string | undefined>>;
  environment: 'development' | 'staging' | 'production';
  /** From an option in code: it goes before every setting. */
  explicit?: string;
  /** Throws when it cannot. */
  readFile: (path: string) => string;
}

export type SecretResolution =
  | { readonly ok: true; readonly secret: ResolvedSecret }
  | { readonly ok: false; readonly problems: readonly SecretProblem[] };

export function resolveSecret(_options: ResolveSecretOptions): SecretResolution {
  return { ok: false, problems: [] };
}
