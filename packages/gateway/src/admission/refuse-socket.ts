import type { Duplex } from 'node:stream';
import { REASONS, type Refusal } from '@netra/protocol';
import { refuseSocket as writeRefusal } from '@netra/service';

/** RFC 9110 §15.5.22 and RFC 6455 §4.4: what to come back with after a 426. */
export const UPGRADE_HEADERS: Readonly<Record<string, string>> = {
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
};

/** Answers an upgrade with a problem, and with what a 426 and CORS want beside it. */
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
}
