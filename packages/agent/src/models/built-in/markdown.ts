/** Plain text that must not turn into markup. */
export function literal(text: string): string {
  return text.replace(/[\\`*_[\]<>]/g, '\\$&');
}

/** Inline code; the value may hold backticks. */
export function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

export function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${oneLine(line)}`).join('\n');
}

export function numbered(lines: readonly string[]): string {
  return lines.map((line, index) => `${index + 1}. ${oneLine(line)}`).join('\n');
}

/** A list of named facts; those without a value are left out. Empty without any. */
export function factList(facts: readonly (readonly [name: string, value: string | undefined])[]): string {
  return list(facts.flatMap(([name, value]) => (value === undefined ? [] : [`**${name}:** ${value}`])));
}

/** The closing line that says where an answer comes from. */
export function source(text: string): string {
  return `_${text}_`;
}

/** `2026-01-31T12:00:00.000Z` → `2026-01-31 12:00:00 UTC`. */
export function time(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$|Z$/, ' UTC');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
