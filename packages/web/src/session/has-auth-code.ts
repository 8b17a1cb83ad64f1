import { NetraError } from '@netra/client';

/** Whether something was refused by the identity library for this reason. */
export function hasAuthCode(thrown: unknown, ...authCodes: readonly string[]): boolean {
  return thrown instanceof NetraError && authCodes.includes(thrown.authCode ?? '');
}
