import { createHash } from 'node:crypto';
import { LIMITS, type MessageAck, type Refusal, refusal } from '@netra/protocol';
import type { Database, DatabaseTransaction } from '../event-log/database.ts';

/** The message that a client's id stands for. */
export interface IdempotencyKey {
  ownerId: string;
  clientId: string;
  bodyHash: string;
  nowMs: number;
}

/** What makes two requests the same one. */
export function hashBody(fields: readonly (string | undefined)[]): string {
  return createHash('sha256')
    .update(JSON.stringify(fields.map((field) => field ?? null)))
    .digest('base64url');
}

export type KnownKey = { kind: 'new' } | { kind: 'same'; ack: MessageAck } | { kind: 'conflict' };

export async function findKey(
  database: Database | DatabaseTransaction,
  { ownerId, clientId, bodyHash, nowMs }: IdempotencyKey,
): Promise<KnownKey> {
  const row = await database
    .selectFrom('idempotency')
    .select(['body_hash', 'response'])
    .where('owner_id', '=', ownerId)
    .where('client_id', '=', clientId)
    .where('created_at', '>', new Date(nowMs - LIMITS.idempotencyMs))
    .executeTakeFirst();
  if (row === undefined) return { kind: 'new' };
  return row.body_hash === bodyHash ? { kind: 'same', ack: row.response } : { kind: 'conflict' };
}

/** Thrown to roll back: the expected "no" of a post, or a key that somebody else stored meanwhile. */
export class PostRefused extends Error {
  readonly refusal: Refusal | 'key_taken';
  constructor(refused: Refusal | 'key_taken') {
    super('the message is not stored');
    this.refusal = refused;
  }
}

/**
 * The ack of a message that is sent again, as long as its thread is there.
 *
 * @throws {PostRefused} `thread_unknown` otherwise: nothing will ever be heard of that message.
 */
export async function replay(
  database: Database | DatabaseTransaction,
  { ownerId }: IdempotencyKey,
  ack: MessageAck,
): Promise<MessageAck> {
  const thread = await database
    .selectFrom('threads')
    .select('thread_id')
    .where('thread_id', '=', ack.thread_id)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst();
  if (thread === undefined) throw new PostRefused(refusal('thread_unknown'));
  return ack;
}

/** False when another transaction stored the same key first; then this one must be rolled back. */
export async function storeKey(
  transaction: DatabaseTransaction,
  { ownerId, clientId, bodyHash, nowMs }: IdempotencyKey,
  ack: MessageAck,
): Promise<boolean> {
  const fields = { body_hash: bodyHash, response: JSON.stringify(ack), created_at: new Date(nowMs) };
  const stored = await transaction
    .insertInto('idempotency')
    .values({ owner_id: ownerId, client_id: clientId, ...fields })
    .onConflict((conflict) =>
      conflict
        .columns(['owner_id', 'client_id'])
        .doUpdateSet(fields)
        .where('idempotency.created_at', '<=', new Date(nowMs - LIMITS.idempotencyMs)),
    )
    .returning('client_id')
    .executeTakeFirst();
  return stored !== undefined;
}

/** Forgets keys that are too old to stand for anything. */
export async function sweepKeys(database: Database, nowMs: number): Promise<void> {
  await database
    .deleteFrom('idempotency')
    .where('created_at', '<=', new Date(nowMs - LIMITS.idempotencyMs))
    .execute();
}
