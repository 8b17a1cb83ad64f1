import type { TicketResponse } from '@netra/protocol';
import { type HttpOptions, sendRequest } from './http.ts';
import { NetraError } from './netra-error.ts';
import { withBearer } from './rest.ts';

export interface Ticket {
  readonly ticket: string;
  readonly url: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly roles: TicketResponse['roles'];
  readonly permissions: TicketResponse['permissions'];
  readonly tokenExpiresAt: string;
}

/**
 * Takes a ticket for one WebSocket. With `previousTicket`, whose upgrade failed without a word, the server answers with
 * the refusal that it recorded for that upgrade, where there was one: it is thrown as a `NetraError`.
 */
export async function takeTicket(
  http: HttpOptions,
  token: string,
  previousTicket: string | undefined,
): Promise<Ticket> {
  const { body } = await sendRequest(
    http,
    withBearer(
      {
        method: 'POST',
        path: '/v1/ws/ticket',
        body: previousTicket === undefined ? {} : { previous_ticket: previousTicket },
      },
      token,
    ),
  );
  if (!isTicketResponse(body))
    throw new NetraError('response_unreadable', { detail: 'The answer is no ticket.' });
  return {
    ticket: body.ticket,
    url: socketUrl(body.ws_url, http.baseUrl),
    userId: body.user_id,
    sessionId: body.session_id,
    roles: body.roles,
    permissions: body.permissions,
    tokenExpiresAt: body.token_expires_at,
  };
}

/**
 * `localhost` and `127.0.0.1` are one server with two origins: stay on the one that the page came from,
 * or a content security policy of 'self' stops the socket.
 */
export function socketUrl(wsUrl: string, baseUrl: string): string {
  const socket = new URL(wsUrl);
  const base = new URL(baseUrl);
  if (isLoopback(socket.hostname) && isLoopback(base.hostname) && socket.port === base.port) {
    socket.hostname = base.hostname;
  }
  return socket.href;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}

function isTicketResponse(body: unknown): body is TicketResponse {
  if (typeof body !== 'object' || body === null) return false;
  return (
    'ticket' in body && typeof body.ticket === 'string' && 'ws_url' in body && typeof body.ws_url === 'string'
  );
}
