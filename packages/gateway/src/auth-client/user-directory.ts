import { directoryUserSchema, type Permission, type Role } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { ServiceToken } from './service-token.ts';

/** No question to the auth service within this time of the last answer. */
const FRESH_MS = 30_000;
/** While the auth service is out of reach, an answer this old still counts. */
const STALE_MS = 5 * 60_000;
/** Least recently used answers go first beyond this. */
const MAX_ENTRIES = 10_000;

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
type UserLookup = UserStatus | { kind: 'unavailable' };

export interface UserDirectory {
  lookup(userId: string): Promise<UserLookup>;
}

/** The auth service's users, cached: fresh for 30 s, one question at a time for each user, stale for 5 min in an outage. */
export function createUserDirectory(options: {
  request: (path: string, init: RequestInit) => Promise<Response>;
  serviceToken: ServiceToken;
  now: () => number;
  log: Logger;
}): UserDirectory {
  const { request, serviceToken, now, log } = options;
  const known = new Map<string, { status: UserStatus; atMs: number }>();
  const pending = new Map<string, Promise<UserLookup>>();

  async function ask(userId: string): Promise<UserStatus> {
    const path = `/auth/service/users/${encodeURIComponent(userId)}`;
    let token = await serviceToken.get();
    let response = await request(path, { headers: { authorization: `Bearer ${token}` } });
    if (response.status === 401) {
      serviceToken.reject(token);
      token = await serviceToken.get();
      response = await request(path, { headers: { authorization: `Bearer ${token}` } });
    }
    if (response.status === 404) return { kind: 'unknown' };
    if (!response.ok) throw new Error(`the user directory answered ${response.status}`);
    const user = directoryUserSchema.parse(await response.json());
    if (!user.active) return { kind: 'inactive' };
    const { roles, permissions, email, name } = user;
    return { kind: 'active', roles, permissions, email, name };
  }

  async function refresh(userId: string): Promise<UserLookup> {
    try {
      const status = await ask(userId);
      remember(userId, status);
      return status;
    } catch (cause) {
      const entry = known.get(userId);
      const isUsable = entry !== undefined && now() - entry.atMs < STALE_MS;
      log.warn(
        { err: cause, user_id: userId, stale_answer_used: isUsable },
        'the user directory is out of reach',
      );
      return isUsable ? entry.status : { kind: 'unavailable' };
    }
  }

  function remember(userId: string, status: UserStatus): void {
    known.delete(userId);
    known.set(userId, { status, atMs: now() });
    const oldest = known.size > MAX_ENTRIES ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
  }

  return {
    lookup(userId) {
      const entry = known.get(userId);
      if (entry && now() - entry.atMs < FRESH_MS) return Promise.resolve(entry.status);
      const running = pending.get(userId);
      if (running) return running;
      const started = refresh(userId).finally(() => pending.delete(userId));
      pending.set(userId, started);
      return started;
    },
  };
}
