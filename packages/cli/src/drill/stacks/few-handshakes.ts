import type { StartStack } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';

const PER_MINUTE = 5;

/** One address may make five handshakes in a minute. */
export const fewHandshakes: StartStack = (lab) =>
  lab.start({ gatewayEnv: { NETRA_HANDSHAKES_PER_MINUTE: String(PER_MINUTE) } });

/** Comes once more often than is allowed, with a credential that is none: gives the last attempt. */
export async function knockTooOften(url: string): Promise<string> {
  for (let count = 0; count < PER_MINUTE; count++) await knockWithToken(url, 'none');
  return knockWithToken(url, 'none');
}
