import { type OpsKeys, type SigningKeys, signingKeysSchema } from '@netra/protocol';
import type { AuthExchange } from '../auth-client/auth-exchange.ts';
import type { KeyProof } from '../auth-client/key-proof.ts';
import type { KeyMaterial } from '../auth-client/service-proof.ts';

/** With what tokens are checked here, and what the auth service signs them with. Never the keys themselves. */
export async function readKeys(options: {
  keyMaterial: KeyMaterial;
  keyProof: KeyProof;
  authClient: { asService: AuthExchange };
}): Promise<OpsKeys> {
  const { keyMaterial, keyProof, authClient } = options;
  const [{ ok, detail }, signing] = await Promise.all([
    keyProof.check(),
    // Without an answer the rest is still worth telling, and `detail` says why there is none.
    readSigningKeys(authClient.asService).catch(() => undefined),
  ]);
  const { keyMode, source, checkValue } = keyMaterial;
  return {
    checked_with: {
      key_mode: keyMode,
      ...(source === undefined ? {} : { source }),
      ...(checkValue === undefined ? {} : { check_value: checkValue }),
    },
    matches: ok,
    ...(detail === undefined ? {} : { detail }),
    ...(signing === undefined ? {} : { signed_with: signing }),
  };
}

async function readSigningKeys(ask: AuthExchange): Promise<SigningKeys | undefined> {
  const { status, body } = await ask('/auth/service/keys', {});
  return status === 200 ? signingKeysSchema.parse(body) : undefined;
}
