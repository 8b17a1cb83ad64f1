import { describeIssues, isDeeperThan, LIMITS, refusal } from '@netra/protocol';
import type { infer as Infer, ZodType } from 'zod';
import type { Outcome } from '../threads/threads.ts';

/**
 * Reads and checks a JSON body; an empty one counts as `{}`.
 * Refusals: `body_too_large` (over 256 KiB, read no further), `request_malformed` (no JSON), `message_invalid` (fields).
 */
export async function readBody<Schema extends ZodType>(
  request: Request,
  schema: Schema,
): Promise<Outcome<Infer<Schema>>> {
  const text = await readText(request);
  if (text === undefined) return { ok: false, refusal: refusal('body_too_large') };
  const value = parse(text);
  if (value === undefined)
    return { ok: false, refusal: refusal('request_malformed', 'The body is not JSON.') };
  if (isDeeperThan(value, LIMITS.maxJsonDepth)) {
    const detail = `The body is nested deeper than ${LIMITS.maxJsonDepth} levels.`;
    return { ok: false, refusal: refusal('message_invalid', detail) };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, refusal: refusal('message_invalid', describeIssues(parsed.error.issues)) };
}

/** Counts what really comes: `Content-Length` may be absent. */
async function readText(request: Request): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > LIMITS.maxBodyBytes) return undefined;
  if (request.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > LIMITS.maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
