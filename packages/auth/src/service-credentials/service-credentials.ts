import { randomBytes } from 'node:crypto';
import { AppError } from '@netra/service';
import type { Pool } from 'pg';
import type { AuditLog } from '../audit/audit-log.ts';
import { digestOf, isSameDigest, isSameSecret } from '../keys/secret-digest.ts';
import type { Revocations } from '../revocations/revocations.ts';
import { inTransaction } from '../transaction.ts';

export interface ServiceCredential {
  credentialId: string;
  serviceId: string;
  createdAt: Date;
  expiresAt?: Date;
  revokedAt?: Date;
  lastUsedAt?: Date;
}

export interface ServiceCredentials {
  /** The service that id and secret belong to. */
  verify(sent: { id: string; secret: string }): Promise<VerifiedService | undefined>;
  /** The `serviceProofKey`, of those that are valid for this id, under which a proof holds. */
  findProofKey(
    serviceId: string,
    isProvenBy: (proofKey: Uint8Array) => Promise<boolean>,
  ): Promise<Uint8Array | undefined>;
  /**
   * A second secret, for a rotation: give it to the service, then revoke the first. It is shown this once.
   * Errors: `too_many_credentials` when two are valid already.
   */
  add(options: { serviceId: string; expiresAt?: Date }): Promise<{ credentialId: string; secret: string }>;
  list(): Promise<ServiceCredential[]>;
  /** Its tokens end at once. Errors: `credential_unknown`. */
  revoke(credentialId: string): Promise<void>;
}

interface VerifiedService {
  serviceId: string;
  credentialId: string;
}

interface CredentialRow {
  credential_id: string;
  service_id: string;
  secret_hash: Buffer;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
}

/** Of one service id, in the database. */
const MAX_VALID = 2;
const LAST_USED_STEP_MS = 60_000;

export interface ServiceCredentialsOptions {
  pool: Pool;
  /** The credential of the environment: it is never stored, and lasts as long as it is configured. */
  bootstrap: { serviceId: string; serviceSecret: string };
  revocations: Revocations;
  audit: AuditLog;
  now: () => number;
}

export function createServiceCredentials(options: ServiceCredentialsOptions): ServiceCredentials {
  const { pool, bootstrap, revocations, audit, now } = options;
  const bootstrapRow = {
    credentialId: 'environment',
    serviceId: bootstrap.serviceId,
    hash: digestOf(bootstrap.serviceSecret),
  };

  async function validFor(serviceId: string) {
    const { rows } = await pool.query<CredentialRow>(
      `select * from service_credentials
        where service_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)`,
      [serviceId, new Date(now())],
    );
    return rows;
  }

  return {
    async verify({ id, secret }) {
      const hash = digestOf(secret);
      const stored = (await validFor(id)).map((row) => ({
        credentialId: row.credential_id,
        serviceId: row.service_id,
        hash: row.secret_hash,
      }));
      // All are compared, whatever the first says, and the id like the secret: time tells nothing about which was wrong.
      const isBootstrapId = isSameSecret(id, bootstrap.serviceId);
      const found = [bootstrapRow, ...stored].filter(
        (each) => isSameDigest(each.hash, hash) && (each !== bootstrapRow || isBootstrapId),
      );
      const [match] = found;
      if (match === undefined) return undefined;
      if (match !== bootstrapRow) await noteUse(pool, match.credentialId, now());
      return { serviceId: match.serviceId, credentialId: match.credentialId };
    },

    async findProofKey(serviceId, isProvenBy) {
      const candidates = (await validFor(serviceId)).map(({ secret_hash }) => secret_hash);
      if (isSameSecret(serviceId, bootstrap.serviceId)) candidates.push(bootstrapRow.hash);
      let found: Uint8Array | undefined;
      for (const candidate of candidates) if (await isProvenBy(candidate)) found = candidate;
      return found;
    },

    async add({ serviceId, expiresAt }) {
      const credentialId = `svc_${randomBytes(10).toString('hex')}`;
      const secret = randomBytes(32).toString('base64url');
      await inTransaction(pool, async (client) => {
        await client.query(
          `select pg_advisory_xact_lock(hashtext('netra.auth'), hashtext('service_credentials'))`,
        );
        const { rows } = await client.query<{ count: number }>(
          `select count(*)::int as count from service_credentials
            where service_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)`,
          [serviceId, new Date(now())],
        );
        if ((rows[0]?.count ?? 0) >= MAX_VALID)
          throw new AppError('too_many_credentials', `Two credentials of ${serviceId} are valid already.`, {
            fix: 'Revoke the one that is no longer used, and try again.',
          });
        await client.query(
          `insert into service_credentials (credential_id, service_id, secret_hash, created_at, expires_at)
           values ($1, $2, $3, $4, $5)`,
          [credentialId, serviceId, digestOf(secret), new Date(now()), expiresAt ?? null],
        );
      });
      await audit.record({
        action: 'service_credential_created',
        actor: { kind: 'system' },
        details: { service_id: serviceId, credential_id: credentialId },
      });
      return { credentialId, secret };
    },

    async list() {
      const { rows } = await pool.query<CredentialRow>(
        'select * from service_credentials order by created_at desc, credential_id',
      );
      return rows.map((row) => ({
        credentialId: row.credential_id,
        serviceId: row.service_id,
        createdAt: row.created_at,
        ...(row.expires_at && { expiresAt: row.expires_at }),
        ...(row.revoked_at && { revokedAt: row.revoked_at }),
        ...(row.last_used_at && { lastUsedAt: row.last_used_at }),
      }));
    },

    async revoke(credentialId) {
      const serviceId = await inTransaction(pool, async (client) => {
        const { rows } = await client.query<{ service_id: string }>(
          'update service_credentials set revoked_at = coalesce(revoked_at, $2) where credential_id = $1 returning service_id',
          [credentialId, new Date(now())],
        );
        const row = rows[0];
        if (row === undefined)
          throw new AppError('credential_unknown', 'There is no such service credential.');
        await revocations.addWithin(client, {
          kind: 'session',
          code: 'token_revoked',
          userId: row.service_id,
          sessionId: credentialId,
        });
        return row.service_id;
      });
      await revocations.refresh();
      await audit.record({
        action: 'service_credential_revoked',
        actor: { kind: 'system' },
        details: { service_id: serviceId, credential_id: credentialId },
      });
    },
  };
}

async function noteUse(pool: Pool, credentialId: string, nowMs: number): Promise<void> {
  await pool.query(
    `update service_credentials set last_used_at = $2
      where credential_id = $1 and (last_used_at is null or last_used_at < $3)`,
    [credentialId, new Date(nowMs), new Date(nowMs - LAST_USED_STEP_MS)],
  );
}
