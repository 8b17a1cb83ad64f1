import { encodeFrame } from '@netra/protocol';
import type { EncodedSnapshot } from '../event-log/shared-snapshots.ts';

export interface SubscribedFields {
  at: string;
  ref?: string;
  thread_id: string;
  epoch: string;
  last_seq: number;
  recovered: boolean;
}

/** The JSON of a `subscribed` frame in parts, so that all who get the same snapshot share its bytes. */
export function subscribedFrame(
  fields: SubscribedFields,
  snapshot: EncodedSnapshot | undefined,
): readonly Uint8Array[] {
  const text = encodeFrame({ type: 'subscribed', ...fields });
  if (snapshot === undefined) return [Buffer.from(text)];
  return [Buffer.from(`${text.slice(0, -1)},"snapshot":`), snapshot.bytes, closingBrace];
}

const closingBrace = Buffer.from('}');
