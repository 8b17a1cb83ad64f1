import type { Refusal } from '@netra/protocol';
import type { Identity } from './identity.ts';

/** The facts of a token by which it can be revoked; an `Identity` has them all. */
export type RevocableToken = Pick<Identity, 'issuer' | 'jti' | 'sessionId' | 'userId' | 'issuedAtMs' | 'kid'>;

/** What is known of revocations, without waiting. `createRevocations` makes one. */
export interface RevocationView {
  refusalFor(token: RevocableToken): Refusal | undefined;
  /**
   * Whether this issuer's key was revoked. Asked before the key is looked for: a process that has dropped the key already
   * and one that still has it say the same.
   */
  keyRefusal(issuer: string, kid: string | undefined): Refusal | undefined;
  /** Changes whenever an answer of `refusalFor` may have: remembered verdicts are asked again then. */
  generation(): number;
}
