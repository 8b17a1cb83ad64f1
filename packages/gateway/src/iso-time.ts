let lastMs = Number.NaN;
let lastText = '';

/** RFC 3339 in UTC, milliseconds included. What happens in one millisecond shares one text: making it is what costs. */
export function isoTime(epochMs: number): string {
  if (epochMs !== lastMs) {
    lastText = new Date(epochMs).toISOString();
    lastMs = epochMs;
  }
  return lastText;
}
