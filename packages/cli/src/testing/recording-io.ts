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
  answers = [],
}: {
  env?: Environment;
  stdin?: string;
  /** To what it asks, in order. */
  answers?: readonly string[];
} = {}): RecordingIo {
  const out: string[] = [];
  const err: string[] = [];
  const left = [...answers];
  return {
    env,
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    readStdin: async () => stdin,
    ask: async (question) => {
      const answer = left.shift();
      if (answer === undefined) throw new Error(`nobody answers ${question}`);
      return answer;
    },
    output: () => out.join('\n'),
    errors: () => err.join('\n'),
  };
}
