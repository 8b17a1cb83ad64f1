/** Prefixes tell people what an id names; programs treat ids as opaque. */
export type IdPrefix = 'thr' | 'msg' | 'run' | 'evt' | 'con' | 'att' | 'tck' | 'epo' | 'ref' | 'nod' | 'inc';

/** A new id with 160 random bits: `thr_` and 32 characters of base 32. Unguessable, so it may stand alone in a URL. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${base32(takeRandom())}`;
}

const ID_BYTES = 20;
/** Asking the system for randomness costs more than the rest of an id, so it is asked for many at a time. */
const pool = new Uint8Array(ID_BYTES * 200);
let taken = pool.length;

/** Each byte is handed out once. */
function takeRandom(): Uint8Array {
  if (taken === pool.length) {
    globalThis.crypto.getRandomValues(pool);
    taken = 0;
  }
  taken += ID_BYTES;
  return pool.subarray(taken - ID_BYTES, taken);
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function base32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((buffer >> bits) & 31);
    }
    buffer &= (1 << bits) - 1;
  }
  return text;
}
