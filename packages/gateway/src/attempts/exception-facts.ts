import type { AttemptFacts } from '@netra/diagnosis';

/** A frame of a stack trace in one of our packages, from its sources, its build, or an installation. */
const OWN_PLACE = /(?:packages|@netra)\/([\w-]+\/(?:src|dist)\/[\w./-]+:\d+)/;
const FOREIGN_PLACE = /node_modules\/((?!.*node_modules\/)[\w@./-]+:\d+)/;

/**
 * What a record keeps of something that was thrown: its class and the place, relative to the package. No message, which
 * may hold anything, and no path of the machine.
 */
export function exceptionFacts(
  cause: unknown,
  release: string | undefined,
): NonNullable<AttemptFacts['exception']> {
  const error = cause instanceof Error ? cause : undefined;
  const stack = error?.stack ?? '';
  const location = (OWN_PLACE.exec(stack) ?? FOREIGN_PLACE.exec(stack))?.[1];
  return {
    name: error?.name ?? 'unknown',
    ...(location === undefined ? {} : { location }),
    ...(release === undefined ? {} : { release }),
  };
}
