import type { Duplex } from 'node:stream';
import { type ClientWatch, watchClient } from './client-watch.ts';

const NOTHING = Buffer.alloc(0);

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

/**
 * Waits for the work, its deadline or the client's leaving, whichever comes first. Work that needs nobody else's answer is
 * over within the turn of the event loop in which it began, when nothing can be late and nothing of the client can be
 * heard: only for what is not, a watch and a timer are made.
 */
export class Settler {
  #begun: (() => void)[] = [];

  settle<Outcome>({
    work,
    socket,
    deadlineMs,
    onThrown,
    onLate,
    onGone,
  }: Settling<Outcome>): Promise<Settled<Outcome>> {
    return new Promise((resolve) => {
      let isOver = false;
      let watch: ClientWatch | undefined;
      let timer: NodeJS.Timeout | undefined;
      const end = (outcome: Outcome): void => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        resolve({ outcome, early: watch?.release() ?? NOTHING });
      };
      work.then(end, (cause: unknown) => end(onThrown(cause)));
      this.#afterTurn(() => {
        if (isOver) return;
        timer = setTimeout(() => end(onLate()), deadlineMs);
        watch = watchClient(socket);
        void watch.gone.then(() => end(onGone()));
      });
    });
  }

  #afterTurn(act: () => void): void {
    this.#begun.push(act);
    if (this.#begun.length === 1) setImmediate(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    const begun = this.#begun;
    this.#begun = [];
    for (const act of begun) act();
  };
}
