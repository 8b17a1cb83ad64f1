import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { createBenchIssuer, tokensOf, verifierOf } from './bench-issuer.ts';
import type { Contender } from './contender.ts';
import { establishedText } from './established.ts';
import { sendEvents } from './send-events.ts';

/** Socket.IO with a middleware that judges the token, by WebSocket only and without compression: its fastest form. */
export async function socketIoServer(): Promise<Contender> {
  const issuer = createBenchIssuer();
  const verifier = await verifierOf(issuer);
  const open = new Set<Socket>();
  const server = createServer();
  const io = new Server(server, {
    transports: ['websocket'],
    perMessageDeflate: false,
    serveClient: false,
    // The clients here only count: they answer no ping, and would be cut.
    pingInterval: 3_600_000,
  });
  const pass = async (socket: Socket, next: (refused?: Error) => void): Promise<void> => {
    const verdict = await verifier.verify(String(socket.handshake.auth.token));
    if (verdict.ok) socket.data.userId = verdict.identity.userId;
    next(verdict.ok ? undefined : new Error(verdict.refusal.code));
  };
  io.use((socket, next) => void pass(socket, next));
  io.on('connection', (socket) => {
    open.add(socket);
    socket.on('disconnect', () => open.delete(socket));
    socket.emit('connection_established', JSON.parse(establishedText(socket.data.userId)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    // A TCP server has this form of address.
    port: (server.address() as AddressInfo).port,
    tokens: (count, users) => tokensOf(issuer, count, users),
    openCount: () => open.size,
    deliver(request) {
      const targets = [...open].map((socket) => ({
        seq: 0,
        send(events: readonly object[]) {
          for (const event of events) socket.emit('event', event);
        },
        waitingBytes: () => waitingBytes(socket),
      }));
      return sendEvents(targets, request);
    },
  };
}

/** Socket.IO keeps packets of its own while its transport is writing. */
function waitingBytes({ conn }: Socket): number {
  // Neither is in its types: the packets that wait, and the WebSocket below.
  const { writeBuffer, transport } = conn as unknown as {
    writeBuffer: unknown[];
    transport: { socket: { bufferedAmount: number } };
  };
  return writeBuffer.length + transport.socket.bufferedAmount;
}
