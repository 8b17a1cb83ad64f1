import { CLIENT_FRAME_TYPES, type ClientFrame, clientFrameSchema } from './client-frames.ts';
import { LIMITS } from './limits.ts';
import type { ReasonCode } from './reasons.ts';
import { clientRefSchema } from './scalars.ts';
import type { ServerFrame } from './server-frames.ts';

export type DecodedFrame =
  | { ok: true; frame: ClientFrame }
  | {
      ok: false;
      code: Extract<ReasonCode, 'message_invalid' | 'frame_type_unknown'>;
      detail: string;
      ref?: string;
      isUnparsable: boolean;
    };

/**
 * Reads one text frame of a client. Never throws.
 * `isUnparsable` marks frames that are no JSON object with a `type`: five of them within a minute end a connection.
 */
export function decodeClientFrame(text: string): DecodedFrame {
  const value = parseObject(text);
  if (value === undefined) return invalid('The frame is not a JSON object.', undefined, true);
  const ref = readRef(value);
  const type = value.type;
  if (typeof type !== 'string') return invalid('The frame has no `type`.', ref, true);
  if (!(CLIENT_FRAME_TYPES as readonly string[]).includes(type)) {
    const detail = `The type is none of ${CLIENT_FRAME_TYPES.join(', ')}.`;
    return {
      ok: false,
      code: 'frame_type_unknown',
      detail,
      isUnparsable: false,
      ...(ref === undefined ? {} : { ref }),
    };
  }
  if (isDeeperThan(value, LIMITS.maxJsonDepth)) {
    return invalid(`The frame is nested deeper than ${LIMITS.maxJsonDepth} levels.`, ref, false);
  }
  const parsed = clientFrameSchema.safeParse(value);
  if (parsed.success) return { ok: true, frame: parsed.data };
  return invalid(describeIssues(parsed.error.issues), ref, false);
}

/** One frame as the text that goes into a WebSocket message. */
export function encodeFrame(frame: ServerFrame | ClientFrame): string {
  return JSON.stringify(frame);
}

/** What is wrong with a value, field by field, without repeating the value. */
export function describeIssues(issues: readonly { path: readonly PropertyKey[]; message: string }[]): string {
  const lines = issues.slice(0, 5).map(({ path, message }) => {
    const field = path.map(String).join('.');
    return field === '' ? message : `${field}: ${message}`;
  });
  return lines.join('; ').slice(0, 500);
}

/** True when objects and arrays are nested deeper than `depth`. Iterative, so depth cannot exhaust the stack. */
export function isDeeperThan(value: unknown, depth: number): boolean {
  let level: unknown[] = [value];
  for (let seen = 0; level.length > 0; seen++) {
    if (seen > depth) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    // A non-null, non-array object that JSON.parse made has string keys only.
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function readRef(value: Record<string, unknown>): string | undefined {
  const parsed = clientRefSchema.safeParse(value.id);
  return parsed.success ? parsed.data : undefined;
}

function invalid(detail: string, ref: string | undefined, isUnparsable: boolean): DecodedFrame {
  return { ok: false, code: 'message_invalid', detail, isUnparsable, ...(ref === undefined ? {} : { ref }) };
}
