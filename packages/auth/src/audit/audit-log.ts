import type { Pool } from 'pg';

export const AUDIT_ACTIONS = [
  'account_exported',
  'account_linked',
  'account_unlinked',
  'api_key_created',
  'api_key_revoked',
  'e2e_key_refused',
  'e2e_token_issued',
  'e2e_users_seeded',
  'email_changed',
  'email_verified',
  'key_promoted',
  'key_published',
  'key_retired',
  'key_revoked',
  'passkey_added',
  'passkey_removed',
  'password_changed',
  'password_reset',
  'password_reset_requested',
  'recovery_code_used',
  'recovery_codes_created',
  'roles_changed',
  'service_credential_created',
  'service_credential_refused',
  'service_credential_revoked',
  'session_ended',
  'sign_in',
  'sign_in_failed',
  'sign_in_link_created',
  'sign_in_locked',
  'sign_up',
  'two_factor_disabled',
  'two_factor_enabled',
  'two_factor_failed',
  'user_created',
  'user_deactivated',
  'user_deleted',
  'user_reactivated',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export type AuditActor =
  | { kind: 'user'; id: string }
  | { kind: 'service'; id: string }
  /** This installation itself or its command line. */
  | { kind: 'system' }
  | { kind: 'nobody' };

interface AuditEvent {
  action: AuditAction;
  actor: AuditActor;
  /** Whose account, key or session it is about. */
  userId?: string | undefined;
  clientAddress?: string | undefined;
  userAgent?: string | undefined;
  /** Small facts. Never a token, password, code, key or link, nor what somebody typed. */
  details?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export interface AuditEntry extends AuditEvent {
  id: string;
  at: Date;
}

interface AuditQuery {
  userId?: string | undefined;
  action?: AuditAction | undefined;
  /** Of the last entry seen; older ones follow. */
  before?: string | undefined;
  limit: number;
}

export interface AuditLog {
  record(event: AuditEvent): Promise<void>;
  /** Newest first. */
  list(query: AuditQuery): Promise<AuditEntry[]>;
  /** Removes what is older than `AUDIT_RETENTION_DAYS`. */
  prune(): Promise<void>;
}

const AUDIT_RETENTION_DAYS = 400;
/** A user agent is the client's to choose: it gets this much room. */
const MAX_USER_AGENT_CHARS = 256;

interface AuditRow {
  id: string;
  at: Date;
  action: AuditAction;
  actor_id: string | null;
  actor_kind: AuditActor['kind'];
  user_id: string | null;
  client_address: string | null;
  user_agent: string | null;
  details: NonNullable<AuditEvent['details']>;
}

export function createAuditLog(pool: Pool): AuditLog {
  return {
    async record({ action, actor, userId, clientAddress, userAgent, details = {} }) {
      await pool.query(
        `insert into audit_events (action, actor_id, actor_kind, user_id, client_address, user_agent, details)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [
          action,
          'id' in actor ? actor.id : null,
          actor.kind,
          userId ?? null,
          clientAddress ?? null,
          userAgent?.slice(0, MAX_USER_AGENT_CHARS) ?? null,
          JSON.stringify(details),
        ],
      );
    },

    async list({ userId, action, before, limit }) {
      const { rows } = await pool.query<AuditRow>(
        `select id, at, action, actor_id, actor_kind, user_id, client_address, user_agent, details from audit_events
          where ($1::text is null or user_id = $1 or actor_id = $1)
            and ($2::text is null or action = $2) and ($3::bigint is null or id < $3)
          order by id desc limit $4`,
        [userId ?? null, action ?? null, before ?? null, limit],
      );
      return rows.map(entryOf);
    },

    async prune() {
      await pool.query('delete from audit_events where at < now() - make_interval(days => $1)', [
        AUDIT_RETENTION_DAYS,
      ]);
    },
  };
}

function entryOf(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    action: row.action,
    actor: actorOf(row),
    userId: row.user_id ?? undefined,
    clientAddress: row.client_address ?? undefined,
    userAgent: row.user_agent ?? undefined,
    details: row.details,
  };
}

function actorOf({ actor_kind: kind, actor_id: id }: AuditRow): AuditActor {
  return kind === 'user' || kind === 'service' ? { kind, id: id ?? '' } : { kind };
}
