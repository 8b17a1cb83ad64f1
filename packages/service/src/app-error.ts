export interface AppErrorOptions {
  /** What the reader can do: a command or a setting. Shown to people, so never a secret. */
  readonly fix?: string;
  /** Logged, never sent. */
  readonly cause?: unknown;
}

/** A failure that ends a start or an operation. `code` is for programs, `message` and `fix` are for people. */
export class AppError extends Error {
  readonly code: string;
  readonly fix?: string;

  constructor(code: string, message: string, { fix, cause }: AppErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.code = code;
    if (fix !== undefined) this.fix = fix;
  }
}
