import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { AppError } from '@netra/service';

/** Asks on standard error, so that standard output stays what the command prints. Errors: `no_terminal`. */
export async function askTerminal(
  question: string,
  { isHidden = false }: { isHidden?: boolean } = {},
): Promise<string> {
  if (!process.stdin.isTTY)
    throw new AppError('no_terminal', 'There is no terminal to ask at.', {
      fix: 'Give what is asked for by an option, or by standard input; --help lists them.',
    });
  if (isHidden) process.stderr.write(question);
  // Readline echoes what is typed to its output: here to nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: isHidden ? nowhere : process.stderr,
    terminal: true,
  });
  try {
    return await lines.question(isHidden ? '' : question);
  } finally {
    lines.close();
    if (isHidden) process.stderr.write('\n');
  }
}
