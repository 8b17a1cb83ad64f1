type Container = { kind: 'array' } | { kind: 'object'; keys: Set<string>; expectsKey: boolean };

const MAX_DEPTH = 8;

/**
 * Parses a JSON object the way a security token needs it: valid UTF-8 without a byte order mark, no member twice at any
 * level (two parsers would read two different tokens), at most 8 levels deep.
 * Returns the reason as text where it is none of that.
 */
export function parseStrictObject(
  bytes: Uint8Array,
): { ok: true; value: Record<string, unknown> } | { ok: false; fault: string } {
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    return { ok: false, fault: 'not JSON in UTF-8' };
  }
  if (!isObject(value)) return { ok: false, fault: 'not a JSON object' };
  const fault = structuralFault(text);
  return fault === undefined ? { ok: true, value } : { ok: false, fault };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Walks text that `JSON.parse` has accepted, so only structure is looked at here. */
function structuralFault(text: string): string | undefined {
  const open: Container[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const top = open.at(-1);
    switch (text.charAt(at)) {
      case '{':
        open.push({ kind: 'object', keys: new Set(), expectsKey: true });
        break;
      case '[':
        open.push({ kind: 'array' });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (top?.kind === 'object') top.expectsKey = true;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (top?.kind === 'object' && top.expectsKey) {
          // Compared decoded: "a" and "\u0061" are the same member.
          const key: string = JSON.parse(text.slice(at, end + 1));
          if (top.keys.has(key)) return 'a member occurs twice';
          top.keys.add(key);
          top.expectsKey = false;
        }
        at = end;
        break;
      }
      default:
    }
    if (open.length > MAX_DEPTH) return `more than ${MAX_DEPTH} levels deep`;
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
