import type { RetiredKey, Subject } from '@netra/diagnosis';
import { signingKeysSchema } from '@netra/protocol';
import type { AuthClient } from '../auth-client/auth-client.ts';

/** Where a token names a key: those that were revoked, by the auth service, and those that this gateway saw leave. */
export async function retiredKeys(
  subject: Subject,
  { asService, retiredKeys: left }: Pick<AuthClient, 'asService' | 'retiredKeys'>,
): Promise<RetiredKey[] | undefined> {
  if (subject.kind !== 'attempt' || subject.attempt.facts?.token?.key_id === undefined) return undefined;
  const seen = left();
  const revoked = await revokedKeys(asService).catch((cause: unknown) => {
    // What was seen here is worth telling without the rest.
    if (seen.length === 0) throw cause;
    return [];
  });
  return [...revoked, ...seen];
}

async function revokedKeys(ask: AuthClient['asService']): Promise<RetiredKey[]> {
  const { body } = await ask('/auth/service/keys', {});
  return signingKeysSchema
    .parse(body)
    .items.flatMap(({ kid, revoked_at }) =>
      revoked_at === undefined ? [] : [{ key_id: kid, state: 'revoked' as const, at: revoked_at }],
    );
}
