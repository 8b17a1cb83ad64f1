import type { Pool } from 'pg';
import type { Revocations } from '../revocations/revocations.ts';
import { inTransaction } from '../transaction.ts';

/**
 * What a password reset means beyond the password: its link went to the mailbox or through an operator's hands, so the
 * address is the user's own, and what somebody else may have made before, such as API keys, ends with their sessions.
 */
export function createOwnerReturn({
  pool,
  revocations,
  now,
}: {
  pool: Pool;
  revocations: Revocations;
  now: () => number;
}): (userId: string) => Promise<void> {
  return async (userId) => {
    await inTransaction(pool, async (client) => {
      await client.query('update "user" set "emailVerified" = true where id = $1', [userId]);
      const { rows } = await client.query<{ key_id: string }>(
        'update api_keys set revoked_at = $2 where user_id = $1 and revoked_at is null returning key_id',
        [userId, new Date(now())],
      );
      const ended = rows.map(
        ({ key_id }) => ({ kind: 'session', code: 'session_ended', userId, sessionId: key_id }) as const,
      );
      if (ended.length > 0) await revocations.addWithin(client, ...ended);
    });
    await revocations.refresh();
  };
}
