import type { SecretFaultCode } from './secret-fault.ts';

export type SecretProblemCode =
  | SecretFaultCode
  | 'missing'
  | 'conflict'
  | 'unreadable'
  | 'edge_space'
  | 'other_environment';

/** One thing that is wrong with a setting; in words that never hold a part of a value. */
export interface SecretProblem {
  readonly setting: string;
  readonly code: SecretProblemCode;
  readonly message: string;
  /** What mends it; ends in a command where there is one. */
  readonly fix: string;
}
