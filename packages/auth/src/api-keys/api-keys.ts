import { randomBytes } from 'node:crypto';
import { API_KEY_PREFIX, PERMISSIONS, type Permission, permissionsOf, type Role } from '@netra/protocol';
import type { Pool } from 'pg';
import type { AuditLog } from '../audit/audit-log.ts';
import { type DirectoryEntry, entryOf } from '../directory/users.ts';
import { digestOf } from '../keys/secret-digest.ts';
import type { Revocations } from '../revocations/revocations.ts';
import { inTransaction } from '../transaction.ts';

export interface StoredApiKey {
  keyId: string;
  name: string;
  scopes: Permission[];
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt?: Date;
}

interface NewApiKey {
  userId: string;
  name: string;
  scopes: readonly Permission[];
  expiresAt: Date;
}

export interface ApiKeys {
  /** The key is in the answer, and nowhere else. `undefined` when the user has 50 already. */
  create(key: NewApiKey): Promise<{ stored: StoredApiKey; apiKey: string } | undefined>;
  /** Live ones, newest first. */
  list(userId: string): Promise<StoredApiKey[]>;
  /** Its tokens and connections end at once. `false` when this user has no such key. */
  revoke(key: { userId: string; keyId: string }): Promise<boolean>;
  /** Whose key it is and what it may do now: what its scopes and its user's roles have in common. */
  use(apiKey: string): Promise<ApiKeyUse | undefined>;
}

interface ApiKeyUse {
  keyId: string;
  user: DirectoryEntry;
  roles: Role[];
  permissions: Permission[];
}

const KEY_ID_PREFIX = 'key_';
const MAX_KEYS_PER_USER = 50;
const LAST_USED_STEP_MS = 60_000;

interface KeyRow {
  key_id: string;
  name: string;
  scopes: string[];
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
}

/** Whether the `sid` of a token of this service is that of an API key; those of sessions have no underscore. */
export function isApiKeyId(sessionId: string): boolean {
  return sessionId.startsWith(KEY_ID_PREFIX);
}

export interface ApiKeysOptions {
  pool: Pool;
  revocations: Revocations;
  audit: AuditLog;
  now: () => number;
}

export function createApiKeys({ pool, revocations, audit, now }: ApiKeysOptions): ApiKeys {
  return {
    async create({ userId, name, scopes, expiresAt }) {
      const apiKey = `${API_KEY_PREFIX}${randomBytes(32).toString('base64url')}`;
      const keyId = `${KEY_ID_PREFIX}${randomBytes(10).toString('hex')}`;
      const row = await inTransaction(pool, async (client) => {
        // The user's row is locked, so that two requests at once cannot both be the fiftieth.
        await client.query('select 1 from "user" where id = $1 for update', [userId]);
        const { rows } = await client.query<KeyRow>(
          `insert into api_keys (key_id, user_id, name, key_hash, scopes, created_at, expires_at)
           select $1, $2, $3, $4, $5, $6, $7 where
             (select count(*) from api_keys where user_id = $2 and revoked_at is null and expires_at > $6) < $8
           returning *`,
          [keyId, userId, name, digestOf(apiKey), scopes, new Date(now()), expiresAt, MAX_KEYS_PER_USER],
        );
        return rows[0];
      });
      if (row === undefined) return undefined;
      await audit.record({
        action: 'api_key_created',
        actor: { kind: 'user', id: userId },
        userId,
        details: { key_id: keyId, scopes },
      });
      return { stored: storedOf(row), apiKey };
    },

    async list(userId) {
      const { rows } = await pool.query<KeyRow>(
        `select * from api_keys where user_id = $1 and revoked_at is null and expires_at > $2
          order by created_at desc, key_id`,
        [userId, new Date(now())],
      );
      return rows.map(storedOf);
    },

    async revoke({ userId, keyId }) {
      const isRevoked = await inTransaction(pool, async (client) => {
        const { rowCount } = await client.query(
          'update api_keys set revoked_at = $3 where key_id = $1 and user_id = $2 and revoked_at is null',
          [keyId, userId, new Date(now())],
        );
        if (!rowCount) return false;
        await revocations.addWithin(client, {
          kind: 'session',
          code: 'session_ended',
          userId,
          sessionId: keyId,
        });
        return true;
      });
      if (!isRevoked) return false;
      await revocations.refresh();
      await audit.record({
        action: 'api_key_revoked',
        actor: { kind: 'user', id: userId },
        userId,
        details: { key_id: keyId },
      });
      return true;
    },

    async use(apiKey) {
      const at = new Date(now());
      const { rows } = await pool.query<UsedRow>(
        `select k.key_id, k.scopes, k.last_used_at, u.id, u.email, u.name, u.active, u.role
           from api_keys k join "user" u on u.id = k.user_id
          where k.key_hash = $1 and k.revoked_at is null and k.expires_at > $2`,
        [digestOf(apiKey), at],
      );
      const row = rows[0];
      if (row === undefined) return undefined;
      if (row.last_used_at === null || row.last_used_at.getTime() <= now() - LAST_USED_STEP_MS)
        await pool.query('update api_keys set last_used_at = $2 where key_id = $1', [row.key_id, at]);
      const user = entryOf(row);
      const permissions = permissionsOf(user.roles).filter((each) => row.scopes.includes(each));
      // A role whose permissions the key does not all have is not that role.
      const roles = user.roles.filter((role) =>
        permissionsOf([role]).every((each) => permissions.includes(each)),
      );
      return { keyId: row.key_id, user, roles, permissions };
    },
  };
}

interface UsedRow {
  last_used_at: Date | null;
  key_id: string;
  scopes: string[];
  id: string;
  email: string;
  name: string;
  active: boolean;
  role: string;
}

function storedOf(row: KeyRow): StoredApiKey {
  return {
    keyId: row.key_id,
    name: row.name,
    scopes: PERMISSIONS.filter((permission) => row.scopes.includes(permission)),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...(row.last_used_at && { lastUsedAt: row.last_used_at }),
  };
}
