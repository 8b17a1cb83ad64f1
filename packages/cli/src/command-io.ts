import type { Environment } from './environment.ts';
import { askTerminal } from './terminal/ask-terminal.ts';

/** What a command may touch of the process it runs in; tests hand in their own. */
export interface CommandIo {
  readonly env: Environment;
  /** Writes one line for people or, with `--json`, for programs. */
  out(line: string): void;
  /** Writes one line beside the result: progress and failures. */
  err(line: string): void;
  readStdin(): Promise<string>;
  /** One line from the person at the terminal; `isHidden` shows nothing of it. Errors: `no_terminal`. */
  ask(question: string, options?: { isHidden?: boolean }): Promise<string>;
}

/** 0: fine. 1: it ran and found something. 2: it could not run. */
export type ExitCode = 0 | 1 | 2;

export function processIo(env: Environment): CommandIo {
  // A closed terminal or pipe is no reason to die before PostgreSQL is stopped: what is written then is lost.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return {
    env,
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    readStdin,
    ask: askTerminal,
  };
}

async function readStdin(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
