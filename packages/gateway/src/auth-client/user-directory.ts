import { directoryUserSchema, type Permission, type Role } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { Identity } from '@netra/token';
import { type AuthAnswer, type AuthExchange, AuthOutage } from './auth-exchange.ts';

/** Milliseconds, but for the size. */
const USER_DIRECTORY = {
  /** No question to the auth service within this time of the last answer. */
  fresh: 30_000,
  /** Until then an answer still counts while a newer one is fetched; in an outage it is the last word. */
  stale: 5 * 60_000,
  /** How long the newer one is waited for: a healthy auth service answers well within it. */
  patience: 200,
  /** That somebody may not come in: a user who was created or reactivated now does not wait long. */
  freshRefusal: 3_000,
  /** Least recently fetched answers go first beyond this. */
  maxEntries: 10_000,
} as const;

export type UserStatus =
  | {
      kind: 'active';
      roles: readonly Role[];
      permissions: readonly Permission[];
      email?: string | undefined;
      name?: string | undefined;
    }
  | { kind: 'inactive' }
  | { kind: 'unknown' };

/** `unavailable`: the auth service cannot be asked and no answer is young enough. Never read it as "unknown". */
export type UserLookup = UserStatus | { kind: 'unavailable'; error: string };

/** The verified facts by which a user is found, or given an account just in time. */
type DirectorySubject = Pick<Identity, 'userId' | 'issuer' | 'provisioning' | 'email' | 'name'>;

export interface UserDirectory {
  /** At once where the answer is fresh: most handshakes wait for nobody. */
  lookup(subject: DirectorySubject): UserLookup | Promise<UserLookup>;
  /** The next look-up asks: something about this user has changed. */
  forget(userId: string): void;
}

interface Entry {
  status: UserStatus;
  atMs: number;
}

/** The auth service's users, cached, with one question at a time for each user. */
export function createUserDirectory(options: {
  exchange: AuthExchange;
  now: () => number;
  log: Logger;
}): UserDirectory {
  const { exchange, now, log } = options;
  const known = new Map<string, Entry>();
  const pending = new Map<string, Promise<UserLookup>>();

  async function refresh(subject: DirectorySubject, isCurrent: () => boolean): Promise<UserLookup> {
    const { userId } = subject;
    try {
      const status = await ask(exchange, subject);
      // Else it was forgotten meanwhile, and this answer may be from before the change.
      if (isCurrent()) remember(userId, { status, atMs: now() });
      return status;
    } catch (cause) {
      log.warn({ err: cause, user_id: userId }, 'the user directory is out of reach');
      const error = cause instanceof AuthOutage ? cause.message : 'the answer was not understood';
      return { kind: 'unavailable', error };
    }
  }

  function remember(userId: string, entry: Entry): void {
    known.delete(userId);
    known.set(userId, entry);
    const oldest = known.size > USER_DIRECTORY.maxEntries ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
  }

  function start(subject: DirectorySubject): Promise<UserLookup> {
    const { userId } = subject;
    const running = pending.get(userId);
    if (running) return running;
    const isCurrent = () => pending.get(userId) === started;
    const started: Promise<UserLookup> = refresh(subject, isCurrent).finally(() => {
      if (isCurrent()) pending.delete(userId);
    });
    pending.set(userId, started);
    return started;
  }

  return {
    lookup(subject) {
      const entry = known.get(subject.userId);
      if (entry === undefined) return start(subject);
      const ageMs = now() - entry.atMs;
      const isActive = entry.status.kind === 'active';
      if (ageMs < (isActive ? USER_DIRECTORY.fresh : USER_DIRECTORY.freshRefusal)) return entry.status;
      const newer = start(subject);
      // An outage must not keep a refusal alive: that one is asked for, or unavailable.
      return isActive && ageMs < USER_DIRECTORY.stale ? newerOr(entry.status, newer) : newer;
    },
    forget(userId) {
      known.delete(userId);
      pending.delete(userId);
    },
  };
}

async function newerOr(older: UserStatus, newer: Promise<UserLookup>): Promise<UserLookup> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), USER_DIRECTORY.patience);
  });
  const answer = await Promise.race([newer, patience]);
  clearTimeout(timer);
  return answer === undefined || answer.kind === 'unavailable' ? older : answer;
}

async function ask(exchange: AuthExchange, subject: DirectorySubject): Promise<UserStatus> {
  const { userId, issuer, provisioning, email, name } = subject;
  const found = statusOf(await exchange(`/auth/service/users/${encodeURIComponent(userId)}`, {}));
  if (found.kind !== 'unknown' || provisioning === 'none') return found;
  return statusOf(
    await exchange('/auth/service/users', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ issuer, user_id: userId, email, name }),
    }),
  );
}

function statusOf({ status, body }: AuthAnswer): UserStatus {
  // A 404 of something that is not the directory says nothing about the user.
  if (status === 404 && codeOf(body) === 'user_unknown') return { kind: 'unknown' };
  if (status !== 200 && status !== 201) throw new AuthOutage(`the user directory answered ${status}`);
  const user = directoryUserSchema.parse(body);
  if (!user.active) return { kind: 'inactive' };
  const { roles, permissions, email, name } = user;
  return { kind: 'active', roles, permissions, email, name };
}

function codeOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
}
