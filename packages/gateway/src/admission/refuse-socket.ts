import type { Duplex } from 'node:stream';
import { REASONS, type Refusal } from '@netra/protocol';
import { refuseSocket as writeRefusal } from '@netra/service';

/** RFC 9110 §15.5.22 and RFC 6455 §4.4: what to come back with after a 426. */
export const UPGRADE_HEADERS: Readonly<Record<string, string>> = {
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
};

/** What an answer with this status must say besides (a 405: RFC 9110 §15.5.6). */
const MUST_SAY: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  405: { Allow: 'GET' },
  426: UPGRADE_HEADERS,
};

/** Answers an upgrade with a problem, and with what its status and CORS want beside it. */
export function refuseSocket(
  socket: Duplex,
  refused: Refusal,
  options: { publicUrl: string; attemptId: string; corsHeaders: Record<string, string> },
): void {
  const { publicUrl, attemptId, corsHeaders } = options;
  writeRefusal(socket, refused.code, {
    publicUrl,
    attemptId,
    headers: { ...corsHeaders, ...headersOf(REASONS[refused.code].http) },
    ...(refused.detail === undefined ? {} : { detail: refused.detail }),
    ...(refused.retryAfterMs === undefined ? {} : { retryAfterMs: refused.retryAfterMs }),
  });
}

function headersOf(status: number | null): Readonly<Record<string, string>> {
  return (status !== null && MUST_SAY[status]) || {};
}
