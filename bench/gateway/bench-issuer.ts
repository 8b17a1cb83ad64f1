import { createVerifier, localKeys, ownIssuer, type Verifier } from '@netra/token';
import {
  createScriptedIssuer,
  type ScriptedIssuer,
} from '../../packages/gateway/src/testing/scripted-issuer.ts';

export const ENVIRONMENT = 'development';

/** An issuer of ES256 tokens in this process. */
export function createBenchIssuer(): ScriptedIssuer {
  return createScriptedIssuer({ now: Date.now, environment: ENVIRONMENT });
}

/** The same verification as the gateway's, alone: no user directory, no revocations. */
export async function verifierOf(issuer: ScriptedIssuer): Promise<Verifier> {
  const response = await issuer.fetch(new Request(`${issuer.issuer}/auth/jwks.json`));
  const { keys } = await response.json();
  const own = ownIssuer({ issuer: issuer.issuer, keys: localKeys(keys), audience: 'netra' });
  return createVerifier({ issuers: [own], environment: ENVIRONMENT });
}

export function tokensOf(issuer: ScriptedIssuer, count: number, users: number): string[] {
  for (let index = 0; index < users; index++) issuer.addUser({ user_id: `user-${index}` });
  return Array.from({ length: count }, (_, index) => issuer.token(`user-${index % users}`));
}
