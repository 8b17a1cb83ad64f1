import { LIMITS } from '@netra/protocol';

/** An agent that discards its answer again and again is not held up for ever. */
const maxDiscardedAnswers = 4;

/** How much an agent may say: one answer, with some that were discarded. */
export interface AnswerLimit {
  /** As much of a delta as fits. */
  take(delta: string): string;
  /** What was said so far is discarded. */
  reset(): void;
  isFull(): boolean;
}

export function createAnswerLimit(before: string): AnswerLimit {
  let bytes = 0;
  let discardedBytes = 0;
  let isFull = false;

  const take = (delta: string): string => {
    if (isFull) return '';
    const taken = startOfText(delta, LIMITS.maxAnswerBytes - bytes);
    bytes += textBytes(taken);
    const isTooMuch = discardedBytes + bytes > LIMITS.maxAnswerBytes * maxDiscardedAnswers;
    isFull = taken !== delta || isTooMuch;
    return taken;
  };
  take(before);

  return {
    take,
    reset() {
      discardedBytes += bytes;
      bytes = 0;
    },
    isFull: () => isFull,
  };
}

/** In JSON, without the quotes. */
function textBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

function startOfText(text: string, maxBytes: number): string {
  if (textBytes(text) <= maxBytes) return text;
  let fits = 0;
  let over = text.length;
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    if (textBytes(text.slice(0, middle)) <= maxBytes) fits = middle;
    else over = middle;
  }
  // Never inside a character.
  return text.slice(0, fits).replace(/[\ud800-\udbff]$/, '');
}
