import pino from 'pino';
import { createPrettyStream } from './pretty-stream.ts';
import { describeError, redactLine } from './redaction.ts';

export type Logger = pino.Logger;
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** One short line for people instead of JSON. Default false. */
  readonly pretty?: boolean;
  /** Default: standard output, written synchronously (a worker thread would cost 10 MB and lose the last lines). */
  readonly destination?: { write(line: string): void };
}

/** A pino logger that hides credentials and message text at any depth. Codes and ids stay readable. */
export function createLogger({ level, pretty = false, destination }: LoggerOptions): Logger {
  const isTerminal = destination === undefined && process.stdout.isTTY === true;
  const output = destination ?? standardOutput();
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      hooks: { streamWrite: redactLine },
    },
    pretty ? createPrettyStream(output, { colour: isTerminal }) : output,
  );
}

/** What cannot be written, because the terminal or the reader of a pipe is gone, is lost; the process goes on. */
function standardOutput(): { write(line: string): void } {
  const output = pino.destination({ dest: 1, sync: true });
  output.on('error', () => undefined);
  return output;
}
