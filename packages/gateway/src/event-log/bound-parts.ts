import { LIMITS, type MessagePart, type ToolPart } from '@netra/protocol';

/** Below this, what is left of a thought tells nobody anything. */
const minThoughtBytes = 1024;
/** Calls that are kept without their arguments and results. */
const maxBareCalls = 100;

/**
 * The parts of an answer within their bound: all of its text, which has a limit of its own, and of the rest what came
 * last. What does not fit is shortened and says so, and what is older still is left out.
 */
export function boundParts(
  parts: readonly MessagePart[],
  maxBytes: number = LIMITS.maxPartsBytes,
): readonly MessagePart[] {
  const kept: MessagePart[] = [];
  let leftBytes = maxBytes;
  let bareCalls = 0;
  let isWhole = true;
  for (const part of parts.toReversed()) {
    const bytes = part.type === 'text' ? 0 : jsonBytes(part);
    if (bytes <= leftBytes) {
      kept.push(part);
      leftBytes -= bytes;
      continue;
    }
    isWhole = false;
    if (part.type === 'thinking' && leftBytes >= minThoughtBytes) {
      const text = endOfText(part.text, leftBytes);
      if (text !== '') kept.push({ ...part, text, truncated: true });
    } else if (part.type === 'tool' && bareCalls++ < maxBareCalls) kept.push(bareCall(part));
    leftBytes = 0;
  }
  return isWhole ? parts : kept.reverse();
}

/** A call without what can be large. Its name and error have bounds of their own. */
function bareCall({ result: _result, ...part }: ToolPart): ToolPart {
  return { ...part, arguments: {}, truncated: true };
}

export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** As much of the end as fits with certainty: a unit may need six bytes in JSON, most need one. */
function endOfText(text: string, maxBytes: number): string {
  const overheadBytes = 200;
  for (let units = Math.min(text.length, maxBytes); units > 0; units = Math.floor(units / 2)) {
    const end = text.slice(text.length - units).replace(/^[\udc00-\udfff]/, '');
    if (jsonBytes(end) + overheadBytes <= maxBytes) return end;
  }
  return '';
}
