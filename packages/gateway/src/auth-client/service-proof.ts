import { randomBytes, timingSafeEqual } from 'node:crypto';
import {
  type KeyMode,
  type ServiceProofResponse,
  serviceProofKey,
  serviceProofMac,
  serviceProofResponseSchema,
} from '@netra/protocol';
import { type AuthExchange, AuthOutage } from './auth-exchange.ts';

/** With what this service checks tokens. The secret itself stays out of it. */
export interface KeyMaterial {
  environment: string;
  keyMode: KeyMode;
  /** Of the shared secret. */
  checkValue?: string;
  /** The name of the setting that the secret came from. */
  source?: string;
}

/** `unproven`: the auth service could not be asked, or its answer proves nothing. Details hold no secret. */
export type ProofResult =
  | { kind: 'matched' }
  | { kind: 'mismatch'; detail: string; theirs: KeyMaterial }
  | { kind: 'unproven'; detail: string };

const NONCE_BYTES = 24;

/**
 * Asks the auth service whether both hold the same key material, authenticated by `SERVICE_SECRET` directly: a token signed
 * with the mismatched key could not report the mismatch.
 */
export async function proveKeyMaterial(options: {
  exchange: AuthExchange;
  serviceId: string;
  serviceSecret: string;
  material: KeyMaterial;
}): Promise<ProofResult> {
  const { exchange, serviceId, serviceSecret, material } = options;
  const proofKey = await serviceProofKey(serviceSecret);
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  const unsigned = { ...wireOf(material), service_id: serviceId, nonce };
  const mac = await serviceProofMac(proofKey, { direction: 'request', nonce, body: unsigned });
  try {
    const { status, body } = await exchange('/auth/service/proof', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...unsigned, mac }),
    });
    if (status === 401) return unproven('the auth service does not know SERVICE_ID with our SERVICE_SECRET');
    const parsed = serviceProofResponseSchema.safeParse(body);
    if (status !== 200 || !parsed.success) return unproven(`the auth service answered ${status}`);
    const answer = parsed.data;
    const expected = await serviceProofMac(proofKey, { direction: 'response', nonce, body: answer });
    if (!isSame(answer.mac, expected)) return unproven('the answer was not made with our SERVICE_SECRET');
    if (answer.matches) return { kind: 'matched' };
    return { kind: 'mismatch', detail: describe(material, answer), theirs: materialOf(answer) };
  } catch (cause) {
    if (cause instanceof AuthOutage) return unproven(cause.message);
    throw cause;
  }
}

function wireOf({ environment, keyMode, checkValue, source }: KeyMaterial) {
  return {
    environment,
    key_mode: keyMode,
    ...(checkValue === undefined ? {} : { check_value: checkValue }),
    ...(source === undefined ? {} : { source }),
  };
}

function materialOf({ environment, key_mode, check_value, source }: ServiceProofResponse): KeyMaterial {
  return {
    environment,
    keyMode: key_mode,
    ...(check_value !== undefined && { checkValue: check_value }),
    ...(source !== undefined && { source }),
  };
}

/** Both sides by their names, for whoever has to mend it. */
function describe(ours: KeyMaterial, theirs: ServiceProofResponse): string {
  const here = nameOf(ours.keyMode, ours.source, ours.environment);
  const there = nameOf(theirs.key_mode, theirs.source, theirs.environment);
  return `tokens are checked with ${here} and signed with ${there}: they differ`;
}

function nameOf(keyMode: KeyMode, source: string | undefined, environment: string): string {
  const what =
    keyMode === 'public_keys' ? 'the public keys' : `the secret of ${source ?? 'an unnamed setting'}`;
  return `${what} (${environment})`;
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function unproven(detail: string): ProofResult {
  return { kind: 'unproven', detail };
}
