import { CommanderError } from 'commander';
import { type CommandIo, type ExitCode, processIo } from './command-io.ts';
import { readEnvironment } from './environment.ts';
import { buildProgram } from './program.ts';
import { describeFailure } from './terminal/failure.ts';

/**
 * Runs one `netra` command line, without the program's own name, and resolves to the exit code:
 * 0 fine, 1 findings, 2 could not run. Never throws and never ends the process.
 */
export async function main(
  args: readonly string[],
  io: CommandIo = processIo(readEnvironment()),
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = buildProgram({
    io,
    finish: (code) => {
      exitCode = code;
    },
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has written its message already; asking for help or the version is no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    for (const line of describeFailure(error)) io.err(line);
    return 2;
  }
}
