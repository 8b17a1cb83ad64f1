/** Prefixes tell people what an id names; programs treat ids as opaque. */
export type IdPrefix = 'thr' | 'msg' | 'run' | 'evt' | 'con' | 'att' | 'tck' | 'epo' | 'ref' | 'nod' | 'inc';

/** A new id with 160 random bits: `thr_` and 32 characters of base 32. Unguessable, so it may stand alone in a URL. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${base32(pool, takeRandom())}`;
}

const ID_BYTES = 20;
/** Asking the system for randomness costs more than the rest of an id, so it is asked for many at a time. */
const pool = new Uint8Array(ID_BYTES * 200);
let taken = pool.length;

/** Where in the pool the bytes of an id are. Each byte is handed out once. */
function takeRandom(): number {
  if (taken === pool.length) {
    globalThis.crypto.getRandomValues(pool);
    taken = 0;
  }
  taken += ID_BYTES;
  return taken - ID_BYTES;
}

const ALPHABET = Uint8Array.from('0123456789abcdefghjkmnpqrstvwxyz', (letter) => letter.charCodeAt(0));
const letters: number[] = new Array(ID_BYTES * 1.6).fill(0);

/** All letters become a string at once: one that grows letter by letter costs four times as much. */
function base32(bytes: Uint8Array, from: number): string {
  let count = 0;
  let buffer = 0;
  let bits = 0;
  for (let index = from; index < from + ID_BYTES; index++) {
    buffer = ((buffer << 8) | (bytes[index] ?? 0)) & 0xfff;
    for (bits += 8; bits >= 5; count++) {
      bits -= 5;
      letters[count] = ALPHABET[(buffer >> bits) & 31] ?? 0;
    }
  }
  return String.fromCharCode(...letters);
}
