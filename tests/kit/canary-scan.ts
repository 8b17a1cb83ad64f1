import { randomBytes } from 'node:crypto';

const CANARY = /canary-[0-9a-f]{16}/g;
const CANARY_LENGTH = 'canary-'.length + 16;

/** A word that nobody else has, to be put into all that its owner says. */
export function createCanary(): string {
  return `canary-${randomBytes(8).toString('hex')}`;
}

/** Looks at every byte that one reader receives for words that are not its owner's. */
export interface CanaryScan {
  look(bytes: Buffer): void;
  readonly bytes: number;
  readonly own: number;
  readonly foreign: readonly string[];
}

export function createCanaryScan(ownCanary: string): CanaryScan {
  const foreign: string[] = [];
  let tail = '';
  const counts = { bytes: 0, own: 0 };
  return {
    foreign,
    get bytes() {
      return counts.bytes;
    },
    get own() {
      return counts.own;
    },
    look(bytes) {
      counts.bytes += bytes.length;
      let seenTo = 0;
      const text = tail + bytes.toString('latin1');
      for (const match of text.matchAll(CANARY)) {
        if (match[0] === ownCanary) counts.own++;
        else foreign.push(match[0]);
        seenTo = match.index + CANARY_LENGTH;
      }
      // A word may be cut between two reads: what may be the beginning of one is looked at again.
      tail = text.slice(Math.max(seenTo, text.length - CANARY_LENGTH + 1));
    },
  };
}
