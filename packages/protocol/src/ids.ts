/** Prefixes tell people what an id names; programs treat ids as opaque. */
export type IdPrefix = 'thr' | 'msg' | 'run' | 'evt' | 'con' | 'att' | 'tck' | 'epo' | 'ref' | 'nod' | 'inc';

/** A new id with 160 random bits: `thr_` and 32 characters of base 32. Unguessable, so it may stand alone in a URL. */
export function newId(prefix: IdPrefix): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(20));
  return `${prefix}_${base32(bytes)}`;
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
