const colours: Readonly<Record<string, string>> = {
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[31m',
};
const hidden = new Set(['level', 'time', 'msg', 'err']);

interface PrettyOptions {
  /** Whether a terminal reads, which shows colours; a file would keep their codes. */
  readonly colour: boolean;
}

/** Turns pino's JSON lines into short ones for people: `12:00:01 warn  message name=value`. */
export function createPrettyStream(
  output: { write(line: string): unknown },
  options: PrettyOptions,
): { write(line: string): void } {
  return { write: (line) => void output.write(`${prettyLine(line, options)}\n`) };
}

function prettyLine(line: string, { colour }: PrettyOptions): string {
  const fields = parseFields(line);
  if (fields === undefined) return line.trimEnd();
  const level = String(fields.level);
  const time = String(fields.time).slice(11, 19);
  const rest = Object.entries(fields)
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const shown = colour ? `${colours[level] ?? '\u001b[2m'}${level.padEnd(5)}\u001b[0m` : level.padEnd(5);
  const text = [`${time} ${shown} ${typeof fields.msg === 'string' ? fields.msg : ''}`, ...rest].join(' ');
  return text + errorLines(fields.err);
}

function errorLines(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const stack = 'stack' in error ? error.stack : 'message' in error ? error.message : undefined;
  return typeof stack === 'string' ? `\n${stack.replaceAll(/^/gm, '    ')}` : '';
}

function parseFields(line: string): Record<string, unknown> | undefined {
  try {
    // pino writes one JSON object per line; anything else is shown as it came.
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
