import { createHash } from 'node:crypto';
import type { AttemptLimit, AttemptLimits, AttemptVerdict } from './attempt-limits.ts';

/** Wrong passwords for one account, from wherever they come. */
export const ACCOUNT_LOCKOUT: AttemptLimit = { max: 10, windowMs: 15 * 60_000 };
/** Wrong passwords from one address, for whatever accounts. An office behind one address is not locked by a few typos. */
export const ADDRESS_LOCKOUT: AttemptLimit = { max: 50, windowMs: 15 * 60_000 };

export interface SignInAttempt {
  email: string;
  /** As `addressKey` gives it. */
  address: string | undefined;
}

export interface SignInLockout {
  /** Before the password is looked at. An account that does not exist is counted like any other: nothing tells them apart. */
  begin(attempt: SignInAttempt): Promise<AttemptVerdict & { by?: 'account' | 'address' }>;
  succeeded(attempt: SignInAttempt): Promise<void>;
  /** After a password reset, say. */
  unlock(email: string): Promise<void>;
}

export function createSignInLockout(limits: AttemptLimits): SignInLockout {
  return {
    async begin({ email, address }) {
      if (address !== undefined) {
        const verdict = await limits.take(addressLockKey(address), ADDRESS_LOCKOUT);
        if (!verdict.ok) return { ...verdict, by: 'address' };
      }
      const verdict = await limits.take(accountLockKey(email), ACCOUNT_LOCKOUT);
      return verdict.ok ? verdict : { ...verdict, by: 'account' };
    },

    async succeeded({ email, address }) {
      await limits.clear(accountLockKey(email));
      if (address !== undefined) await limits.giveBack(addressLockKey(address));
    },

    unlock: (email) => limits.clear(accountLockKey(email)),
  };
}

/** What people type as an e-mail address is now and then a password: only its digest is stored. */
function accountLockKey(email: string): string {
  const digest = createHash('sha256').update(email.trim().toLowerCase()).digest('base64url');
  return `sign-in:account:${digest}`;
}

function addressLockKey(address: string): string {
  return `sign-in:address:${address}`;
}
