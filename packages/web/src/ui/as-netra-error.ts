import { NetraError } from '@netra/client';

/** What went wrong, in words of the reason table, whatever was thrown. */
export function asNetraError(error: unknown): NetraError {
  return error instanceof NetraError ? error : new NetraError('internal_error', { cause: error });
}
