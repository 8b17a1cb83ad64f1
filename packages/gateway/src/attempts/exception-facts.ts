import type { AttemptFacts } from '@netra/diagnosis';

/** A frame within the product: what stands before it is this machine's business. */
const OWN_FRAME = /(packages|node_modules\/@netra)\/([\w-]+\/(?:src|dist)\/[\w./-]+:\d+)/;

/** Name and place of what was thrown, never its message, which may quote what a client sent. */
export function exceptionFacts(cause: unknown): NonNullable<AttemptFacts['exception']> {
  if (!(cause instanceof Error)) return { name: 'unknown' };
  const frame = OWN_FRAME.exec(cause.stack ?? '');
  return { name: cause.name, ...(frame && { location: `packages/${frame[2]}` }) };
}
