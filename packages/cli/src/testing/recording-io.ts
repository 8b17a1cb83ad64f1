import type { CommandIo } from '../command-io.ts';
import type { Environment } from '../environment.ts';

export interface RecordingIo extends CommandIo {
  output(): string;
  errors(): string;
}

/** A command's process, as far as it may touch one, with everything it writes kept. */
export function recordingIo({
  env = {},
  stdin = '',
}: {
  env?: Environment;
  stdin?: string;
} = {}): RecordingIo {
  const out: string[] = [];
  const err: string[] = [];
  return {
    env,
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    readStdin: async () => stdin,
    output: () => out.join('\n'),
    errors: () => err.join('\n'),
  };
}
