import type { ConfigProblem } from '@netra/service';
import { AppError } from '@netra/service';

/** A failed start or command in words, ending in what mends it. An unknown error keeps its stack: it is a defect. */
export function describeFailure(error: unknown): string[] {
  if (error instanceof AppError) {
    const lines = ['', error.message];
    if (error.cause instanceof Error) lines.push(`(${error.cause.message})`);
    if (error.fix !== undefined) lines.push('', indent(error.fix));
    return lines;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return ['', 'Netra met an error it does not know; this is a defect.', '', indent(text)];
}

/** Everything that is missing or wrong in the settings, at once. */
export function describeConfigProblems(problems: readonly ConfigProblem[]): string[] {
  const count = problems.length === 1 ? 'One setting is' : `${problems.length} settings are`;
  const blocks = problems.flatMap(({ setting, message, fix }) => ['', setting, indent(message), indent(fix)]);
  return ['', `${count} missing or wrong:`, ...blocks];
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
