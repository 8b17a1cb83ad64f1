import { z } from 'zod';
import { timeSchema } from './scalars.ts';

/** `public_keys`: tokens are signed with the key ring. `shared_secret`: with the secret of `JWT_SECRET_*`. */
export const KEY_MODES = ['public_keys', 'shared_secret'] as const;
export type KeyMode = (typeof KEY_MODES)[number];

const material = {
  environment: z.string().max(64),
  key_mode: z.enum(KEY_MODES),
  /** Of the shared secret: a truncated HMAC with purpose and environment, never the value. */
  check_value: z.string().max(128).optional(),
  /** The name of the setting that the secret came from. */
  source: z.string().max(128).optional(),
};

/** `POST /auth/service/proof`: what a service holds, authenticated by `SERVICE_SECRET` itself and not by a token. */
export const serviceProofBodySchema = z.object({
  ...material,
  service_id: z.string().max(64),
  /** Base64url of at least 16 random bytes, new for each request. */
  nonce: z.string().min(22).max(128),
  mac: z.string().max(128),
});
export type ServiceProofBody = z.infer<typeof serviceProofBodySchema>;

/** What the auth service holds. Believe it only when `mac` is right for the nonce that was sent. */
export const serviceProofResponseSchema = z.object({
  ...material,
  issuer: z.string(),
  matches: z.boolean(),
  mac: z.string(),
});
export type ServiceProofResponse = z.infer<typeof serviceProofResponseSchema>;

type Signed =
  | { readonly direction: 'request'; readonly nonce: string; readonly body: Omit<ServiceProofBody, 'mac'> }
  | {
      readonly direction: 'response';
      readonly nonce: string;
      readonly body: Omit<ServiceProofResponse, 'mac'>;
    };

/** SHA-256 of the secret: a service that keeps only that can check a proof, too. */
export async function serviceProofKey(serviceSecret: string): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(serviceSecret);
  return new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes));
}

/**
 * The `mac` of a proof: base64url of HMAC-SHA256 under `serviceProofKey(SERVICE_SECRET)` over direction, nonce and every
 * field, so that neither side can be answered with its own words. Compare it in constant time.
 */
export async function serviceProofMac(proofKey: Uint8Array, signed: Signed): Promise<string> {
  const fields = Object.entries(signed.body)
    .filter(([name, value]) => name !== 'mac' && value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const message = JSON.stringify(['netra.service-proof.v1', signed.direction, signed.nonce, fields]);
  const { subtle } = globalThis.crypto;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await subtle.importKey('raw', new Uint8Array(proofKey), algorithm, false, ['sign']);
  const mac = new Uint8Array(await subtle.sign('HMAC', key, new TextEncoder().encode(message)));
  return btoa(String.fromCharCode(...mac))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

export const SIGNING_KEY_STATES = ['next', 'active', 'retiring', 'revoked'] as const;
export type SigningKeyState = (typeof SIGNING_KEY_STATES)[number];

/** `GET /auth/service/keys`: what tokens are signed with, for operators. Never key material. */
export const signingKeysSchema = z.object({
  key_mode: z.enum(KEY_MODES),
  /** Of the shared secret, where one signs. */
  check_value: z.string().optional(),
  source: z.string().optional(),
  /** Newest first, revoked ones included. */
  items: z.array(
    z.object({
      kid: z.string(),
      state: z.enum(SIGNING_KEY_STATES),
      created_at: timeSchema,
      activate_at: timeSchema.optional(),
      activated_at: timeSchema.optional(),
      retiring_at: timeSchema.optional(),
      revoked_at: timeSchema.optional(),
    }),
  ),
});
export type SigningKeys = z.infer<typeof signingKeysSchema>;
