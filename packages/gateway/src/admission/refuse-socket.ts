import type { Duplex } from 'node:stream';
import { REASONS, type Refusal } from '@netra/protocol';
import { refuseSocket as writeRefusal } from '@netra/service';

/** How long a refused client may take to hang up. */
const LINGER_MS = 1_000;

/** RFC 9110 §15.5.22 and RFC 6455 §4.4: what to come back with after a 426. */
export const UPGRADE_HEADERS: Readonly<Record<string, string>> = {
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
};

/** Answers an upgrade with a problem, in one write, and makes sure that the socket ends. */
export function refuseSocket(
  socket: Duplex,
  refused: Refusal,
  options: { publicUrl: string; attemptId: string; corsHeaders: Record<string, string> },
): void {
  const { publicUrl, attemptId, corsHeaders } = options;
  writeRefusal(socket, refused.code, {
    publicUrl,
    attemptId,
    headers: { ...corsHeaders, ...(REASONS[refused.code].http === 426 ? UPGRADE_HEADERS : {}) },
    ...(refused.detail === undefined ? {} : { detail: refused.detail }),
    ...(refused.retryAfterMs === undefined ? {} : { retryAfterMs: refused.retryAfterMs }),
  });
  // Unread bytes at close would become a reset that can overtake the answer: read them, then let go.
  socket.resume();
  socket.once('end', () => socket.destroy());
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
