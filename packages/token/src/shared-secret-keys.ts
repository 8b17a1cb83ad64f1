import { createSecretKey } from 'node:crypto';
import { refusal } from '@netra/protocol';
import type { KeySource, VerificationKey } from './key-source.ts';
import { secretFault } from './secrets/secret-fault.ts';
import { isPlainKid } from './verification-key.ts';

export interface SharedSecret {
  /** At least 32 bytes, made at random. */
  secret: Uint8Array;
  /** Where it is set, tokens must name it. Two secrets, for a rotation, need one each. */
  kid?: string;
}

/**
 * One secret, or several, that issuer and verifier share: HS256 and nothing else.
 *
 * @throws {Error} for a secret that is short, weak, a known default or was ever printed in a document, and for several
 *   secrets that have no ids of their own. The message names no part of it.
 */
export function sharedSecretKeys(
  secrets: SharedSecret | readonly [SharedSecret, ...SharedSecret[]],
): KeySource {
  const list = 'secret' in secrets ? [secrets] : secrets;
  const keys = new Map(list.map((each) => [each.kid, keyOf(each)]));
  if (keys.size !== list.length || (list.length > 1 && keys.has(undefined)))
    throw new Error('Each of several shared secrets needs a kid of its own.');
  // A secret without an id is the only one there is: then what a token calls it does not matter.
  const current: KeySource['current'] = (kid) => keys.get(undefined) ?? keys.get(kid);
  return {
    current,
    find(kid) {
      const key = current(kid);
      return key === undefined
        ? { found: false, refusal: refusal('token_key_unknown') }
        : { found: true, key };
    },
  };
}

function keyOf({ secret, kid }: SharedSecret): VerificationKey {
  const fault = secretFault(secret);
  if (fault !== undefined) throw new Error(`The shared secret is refused: ${fault.message}`);
  if (kid !== undefined && !isPlainKid(kid)) throw new Error('The kid of a shared secret is not a plain id.');
  return { algorithm: 'HS256', key: createSecretKey(secret), ...(kid === undefined ? {} : { kid }) };
}
