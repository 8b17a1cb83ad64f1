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

/** Two columns; rows without a value are left out. Empty without rows. */
export function table(rows: readonly (readonly [string, string | undefined])[]): string {
  const known = rows.filter((row): row is [string, string] => row[1] !== undefined);
  if (known.length === 0) return '';
  const body = known.map(([name, value]) => `| ${name} | ${oneLine(value).replaceAll('|', '\\|')} |`);
  return ['| | |', '|---|---|', ...body].join('\n');
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
