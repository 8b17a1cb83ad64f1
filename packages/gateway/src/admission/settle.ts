import type { Duplex } from 'node:stream';
import { watchClient } from './client-watch.ts';

export interface Settling<Outcome> {
  /** What is waited for. */
  work: Promise<Outcome>;
  /** Of the client who waits, too. */
  socket: Duplex;
  deadlineMs: number;
  onThrown: (cause: unknown) => Outcome;
  onLate: () => Outcome;
  onGone: () => Outcome;
}

export interface Settled<Outcome> {
  outcome: Outcome;
  /** What the client sent meanwhile. */
  early: Buffer;
}

/** Waits for the work, its deadline or the client's leaving, whichever comes first. */
export async function settle<Outcome>(settling: Settling<Outcome>): Promise<Settled<Outcome>> {
  const { work, socket, deadlineMs, onThrown, onLate, onGone } = settling;
  const watch = watchClient(socket);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve(onLate()), deadlineMs);
  });
  let outcome: Outcome;
  let early: Buffer;
  try {
    outcome = await Promise.race([work.catch(onThrown), late, watch.gone.then(onGone)]);
  } finally {
    clearTimeout(timer);
    early = watch.release();
  }
  return { outcome, early };
}
