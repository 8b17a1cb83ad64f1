import type { ContenderName } from './contender.ts';
import type { Dialogue } from './raw-client.ts';

const ESTABLISHED = 'connection_established';

const webSocket: Dialogue = {
  request: (token) =>
    upgrade('/ws', `Authorization: Bearer ${token}\r\nSec-WebSocket-Protocol: netra.v1\r\n`),
  turns: () => [{ hear: ESTABLISHED }],
};

/** Engine.IO 4 opens, then Socket.IO connects to its main namespace with the token. */
const socketIo: Dialogue = {
  request: () => upgrade('/socket.io/?EIO=4&transport=websocket', ''),
  turns: (token) => [{ hear: '"sid"', say: `40${JSON.stringify({ token })}` }, { hear: ESTABLISHED }],
};

export const DIALOGUES: Record<ContenderName, Dialogue> = {
  netra: webSocket,
  delivery: { ...webSocket, follow: '{"type":"ping"}' },
  journal: { ...webSocket, follow: '{"type":"ping"}' },
  bare: webSocket,
  verified: webSocket,
  'socket.io': socketIo,
};

function upgrade(path: string, headers: string): string {
  return (
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${headers}\r\n`
  );
}
