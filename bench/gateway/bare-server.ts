import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { createBenchIssuer, tokensOf, verifierOf } from './bench-issuer.ts';
import type { Contender } from './contender.ts';
import { establishedText } from './established.ts';
import { sendEvents } from './send-events.ts';

/** `ws` and nothing else; or with the verification of the token and nothing else. */
export async function bareServer({ isVerifying }: { isVerifying: boolean }): Promise<Contender> {
  const issuer = createBenchIssuer();
  const verifier = await verifierOf(issuer);
  const open = new Set<WebSocket>();
  const server = createServer();
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
  const judge = async ({ headers }: IncomingMessage): Promise<string> => {
    if (!isVerifying) return 'user-0';
    const verdict = await verifier.verify(headers.authorization?.slice('Bearer '.length) ?? '');
    if (!verdict.ok) throw new Error(verdict.refusal.code);
    return verdict.identity.userId;
  };
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const accept = (userId: string) => {
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        open.add(webSocket);
        webSocket.on('close', () => open.delete(webSocket));
        webSocket.on('message', () => undefined);
        webSocket.send(establishedText(userId));
      });
    };
    if (isVerifying) void judge(request).then(accept, () => socket.destroy());
    else accept('user-0');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    // A TCP server has this form of address.
    port: (server.address() as AddressInfo).port,
    tokens: (count, users) => tokensOf(issuer, count, users),
    openCount: () => open.size,
    deliver(request) {
      const targets = [...open].map((webSocket) => ({
        seq: 0,
        send(events: readonly object[]) {
          for (const event of events) webSocket.send(JSON.stringify(event));
        },
        waitingBytes: () => webSocket.bufferedAmount,
      }));
      return sendEvents(targets, request);
    },
  };
}
