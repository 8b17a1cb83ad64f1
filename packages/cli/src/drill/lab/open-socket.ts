import { once } from 'node:events';
import { SUBPROTOCOL, serverFrameSchema } from '@netra/protocol';
import { AppError } from '@netra/service';
import { WebSocket } from 'ws';
import { webSocketUrl } from './knock.ts';

const PATIENCE_MS = 8_000;

export interface OpenConnection {
  readonly socket: WebSocket;
  readonly connectionId: string;
}

/** A connection that is open and greeted. Whoever opens it ends it. */
export async function openSocket(url: string, token: string): Promise<OpenConnection> {
  const socket = new WebSocket(webSocketUrl(url), [SUBPROTOCOL], {
    headers: { authorization: `Bearer ${token}` },
  });
  const [data] = await once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
  // What becomes of it later shows at the server.
  socket.on('error', () => undefined);
  const greeting = serverFrameSchema.parse(JSON.parse(String(data)));
  if (greeting.type !== 'connection_established')
    throw new AppError('drill_broken', `The first frame was ${greeting.type}.`);
  return { socket, connectionId: greeting.connection_id };
}
