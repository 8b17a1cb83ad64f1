import { idSchema } from '@netra/protocol';
import { z } from 'zod';

const positionSchema = z.tuple([z.iso.datetime(), idSchema]);

/** A place in the list of threads: the last one of a page, by when it was touched. */
export interface ListPosition {
  updatedAt: Date;
  threadId: string;
}

export function encodeCursor({ updatedAt, threadId }: ListPosition): string {
  return Buffer.from(JSON.stringify([updatedAt.toISOString(), threadId])).toString('base64url');
}

/** Undefined for anything that this server did not make. */
export function decodeCursor(cursor: string): ListPosition | undefined {
  try {
    const [updatedAt, threadId] = positionSchema.parse(
      JSON.parse(Buffer.from(cursor, 'base64url').toString()),
    );
    return { updatedAt: new Date(updatedAt), threadId };
  } catch {
    return undefined; // cursors are opaque: whatever is wrong with one, it is not ours
  }
}

/** A `seq` that a cursor holds, or undefined for anything else. */
export function decodeSeq(cursor: string): number | undefined {
  return /^\d{1,9}$/.test(cursor) ? Number(cursor) : undefined;
}
