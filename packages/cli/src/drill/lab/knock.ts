import { ATTEMPT_ID_HEADER, SUBPROTOCOL } from '@netra/protocol';
import { AppError } from '@netra/service';
import { sendUpgrade } from '../../doctor/send-upgrade.ts';
import type { Met } from '../outside.ts';

const PATIENCE_MS = 8_000;

/** A handshake that must be refused: gives the id of the attempt. */
export async function knock(url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await sendUpgrade(webSocketUrl(url), {
    headers: { 'Sec-WebSocket-Protocol': SUBPROTOCOL, ...headers },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const attemptId = answer.headers[ATTEMPT_ID_HEADER.toLowerCase()];
  if (answer.status === 101)
    throw new AppError('drill_not_refused', 'The connection was opened; the fault did nothing.');
  if (attemptId === undefined)
    throw new AppError('drill_without_attempt', `The answer ${answer.status} names no attempt.`);
  return attemptId;
}

export function knockWithToken(url: string, token: string, headers: Readonly<Record<string, string>> = {}) {
  return knock(url, { Authorization: `Bearer ${token}`, ...headers });
}

/** The same, for a drill whose token the doctor is to look at too. */
export async function meetWithToken(url: string, token: string): Promise<Met> {
  return { id: await knockWithToken(url, token), token };
}

export function webSocketUrl(url: string): string {
  return `${url.replace(/^http/, 'ws')}/ws`;
}
