import type { RevocationPage } from '@netra/protocol';
import type { RevocationView } from '@netra/token';

/** What ends, and with which code its open connections close. Times and cursors are added when it is stored. */
export type Revocation =
  /** One access token. */
  | { kind: 'token'; code: 'token_revoked'; userId: string; jti: string }
  /** A session, an API key or a service credential: everything whose tokens carry this `sid`. */
  | { kind: 'session'; code: 'session_ended' | 'token_revoked'; userId: string; sessionId: string }
  /** All tokens that the user has now; later ones are good. */
  | { kind: 'user'; code: 'user_inactive' | 'user_unknown' | 'permissions_changed'; userId: string }
  /** Everything that this key ever signed. */
  | { kind: 'key'; code: 'token_revoked'; kid: string };

export interface Revocations {
  /**
   * Ends rights: stored, in force in this process when it resolves, and every other process is woken. Call it after the
   * change itself (the session is deleted, the role is written), so that nobody gets a new token by the old rights.
   */
  add(...revocations: readonly Revocation[]): Promise<void>;
  /** A page of the feed after that cursor, oldest first; without one, or with one from before a restore, from the start. */
  page(after: string | undefined): Promise<RevocationPage>;
  /** What this process knows, for its own verifiers. */
  readonly view: RevocationView;
  /** Tokens for this user must carry an `iat` that is not before this time; 0 where nothing was revoked. */
  notBeforeMs(userId: string): number;
  /** Reads what is new; also called by wake-ups and every 2 s. */
  refresh(): Promise<void>;
}
