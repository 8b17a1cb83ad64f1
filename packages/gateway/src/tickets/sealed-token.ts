import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts an access token (AES-256-GCM) with a key derived from the ticket.
 *
 * A ticket outlives the request that made it and may be redeemed on another node, yet the raw token must not lie
 * readable in a table, and only the token verifier may make an identity. So the row holds the token sealed: whoever
 * brings the ticket brings the key, and the token is verified again when it is used.
 */
export function sealToken(token: string, ticket: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(ticket), iv);
  const sealed = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** The reverse of `sealToken`. Throws when the ticket is not the one it was sealed with. */
export function openToken(sealed: Buffer, ticket: string): string {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(ticket), sealed.subarray(0, IV_BYTES));
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
    'utf8',
  );
}

/** What the table is searched by. Plain SHA-256 is enough: a ticket has 128 random bits. */
export function ticketHash(ticket: string): Buffer {
  return createHash('sha256').update(`netra ticket lookup:${ticket}`).digest();
}

function keyOf(ticket: string): Buffer {
  return Buffer.from(hkdfSync('sha256', ticket, '', 'netra ticket seal', 32));
}
