import {
  type KeyMode,
  type ServiceProofBody,
  type ServiceProofResponse,
  serviceProofMac,
} from '@netra/protocol';
import type { ResolvedSecret } from '@netra/token';
import { isSameSecret } from '../keys/secret-digest.ts';
import type { ServiceCredentials } from './service-credentials.ts';

export interface ProofOptions {
  credentials: ServiceCredentials;
  /** The secret of `JWT_SECRET_*` where tokens are signed with it. */
  sharedSecret?: ResolvedSecret | undefined;
  issuer: string;
  environment: string;
}

/**
 * Answers what this service holds to whoever proves to hold a secret of a service credential; `undefined` for anybody
 * else. Not by a token: one that was signed with the mismatched key could not report the mismatch.
 */
export async function answerProof(
  body: ServiceProofBody,
  { credentials, sharedSecret, issuer, environment }: ProofOptions,
): Promise<ServiceProofResponse | undefined> {
  const { nonce, mac, ...claimed } = body;
  const proofKey = await credentials.findProofKey(body.service_id, async (candidate) =>
    isSameSecret(
      mac,
      await serviceProofMac(candidate, { direction: 'request', nonce, body: { ...claimed, nonce } }),
    ),
  );
  if (proofKey === undefined) return undefined;
  const held = { issuer, environment, ...heldOf({ sharedSecret }) };
  const matches =
    body.environment === environment &&
    body.key_mode === held.key_mode &&
    isSameSecret(body.check_value ?? '', held.check_value ?? '');
  const answer = { ...held, matches };
  return { ...answer, mac: await serviceProofMac(proofKey, { direction: 'response', nonce, body: answer }) };
}

/** What this service signs with, as far as others may know it. */
export function heldOf({ sharedSecret }: Pick<ProofOptions, 'sharedSecret'>): {
  key_mode: KeyMode;
  check_value?: string;
  source?: string;
} {
  if (sharedSecret === undefined) return { key_mode: 'public_keys' };
  const { checkValue, source } = sharedSecret;
  return { key_mode: 'shared_secret', check_value: checkValue, source };
}
