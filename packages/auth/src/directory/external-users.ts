import type { ProvisionUserBody } from '@netra/protocol';
import type { Pool } from 'pg';
import { inTransaction } from '../transaction.ts';
import type { DirectoryEntry, Users } from './users.ts';

/**
 * Gives a user of another trusted issuer an account here, or finds the one that there is: repeating it changes no more
 * than what is known of name and address. The account has no password and its e-mail address is a made-up one, so that
 * the address which the other issuer claims never meets that of a local user. A deactivated one stays so.
 */
export async function provisionExternalUser(
  body: ProvisionUserBody,
  { pool, users, now }: { pool: Pool; users: Users; now: () => number },
): Promise<DirectoryEntry | undefined> {
  const { user_id: userId, issuer, email, name } = body;
  const at = new Date(now());
  const isOurs = await inTransaction(pool, async (client) => {
    await client.query(
      `insert into "user" (id, name, email, "emailVerified", role, active, "createdAt", "updatedAt")
       values ($1, $2, $3, false, 'user', true, $4, $4)
       on conflict (id) do update set name = coalesce($5, "user".name)
         where exists (select 1 from external_users x where x.user_id = $1)`,
      [userId, name ?? email ?? userId, `${userId}@external.invalid`, at, name ?? null],
    );
    const { rowCount } = await client.query(
      `insert into external_users as x (user_id, issuer, email, created_at, seen_at) values ($1, $2, $3, $4, $4)
       on conflict (user_id) do update set seen_at = $4, email = coalesce($3, x.email) where x.issuer = $2`,
      [userId, issuer, email ?? null, at],
    );
    return (rowCount ?? 0) > 0;
  });
  // The id of one issuer's user, claimed for another issuer: nobody.
  return isOurs ? users.find(userId) : undefined;
}
