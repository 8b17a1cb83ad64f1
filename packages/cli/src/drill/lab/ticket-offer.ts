import { SUBPROTOCOL, type TicketResponse } from '@netra/protocol';
import { ask } from './api.ts';

/** Takes a ticket, from a page of that origin where one is given, and offers it as a browser does. */
export async function ticketOffer(
  url: string,
  { token, origin }: { token: string; origin?: string },
): Promise<{ 'Sec-WebSocket-Protocol': string }> {
  const headers = origin === undefined ? {} : { headers: { origin } };
  const { ticket } = await ask<TicketResponse>(url, '/v1/ws/ticket', {
    token,
    method: 'POST',
    body: {},
    ...headers,
  });
  return { 'Sec-WebSocket-Protocol': `${SUBPROTOCOL}, ticket.${ticket}` };
}
