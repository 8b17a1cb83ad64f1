import { clientRefSchema, LIMITS, newId, refusal } from '@netra/protocol';
import type { Outcome } from '../threads/threads.ts';

/** The client's reference for a request. Without one each request is of its own. Refusal: `request_malformed`. */
export function readIdempotencyKey(header: string | undefined): Outcome<string> {
  const key = clientRefSchema.safeParse(header === undefined ? newId('ref') : decode(header));
  if (key.success) return { ok: true, value: key.data };
  const detail = `\`Idempotency-Key\` must be 1 to ${LIMITS.maxIdChars} characters without control characters.`;
  return { ok: false, refusal: refusal('request_malformed', detail) };
}

/** Node hands the bytes of a header over as ISO 8859-1; clients mean UTF-8 where the bytes are that. */
function decode(header: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(header, 'latin1'));
  } catch {
    return header;
  }
}
