import { type ClientFrame, encodeFrame, type ServerFrame } from '@netra/protocol';
import { WebSocket } from 'ws';

type Frame<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>;

export interface SocketClient {
  readonly webSocket: WebSocket;
  /** Everything that came, in order. */
  readonly frames: ServerFrame[];
  send(frame: ClientFrame): void;
  /** The next frame of this type that nobody took yet; frames before it stay. Fails after 5 s. */
  next<Type extends ServerFrame['type']>(type: Type): Promise<Frame<Type>>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

const TIMEOUT_MS = 5_000;

/** A WebSocket client that keeps what it hears. */
export async function connectSocket(options: {
  port: number;
  protocols?: string[];
  headers?: Record<string, string>;
  /** False: pings are not answered. */
  autoPong?: boolean;
}): Promise<SocketClient> {
  const { port, protocols = [], headers = {}, autoPong = true } = options;
  const webSocket = new WebSocket(`ws://localhost:${port}/ws`, protocols, { headers, autoPong });
  const frames: ServerFrame[] = [];
  const taken = new Set<ServerFrame>();
  const listeners = new Set<() => void>();
  webSocket.on('message', (data: Buffer) => {
    // The server's own encoder wrote it; tests check the parts they need.
    frames.push(JSON.parse(data.toString('utf8')) as ServerFrame);
    for (const listener of [...listeners]) listener();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    webSocket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise<void>((resolve, reject) => {
    webSocket.once('open', resolve);
    webSocket.once('error', reject);
  });
  webSocket.on('error', () => undefined);

  return {
    webSocket,
    frames,
    closed,
    send: (frame) => webSocket.send(encodeFrame(frame)),
    next(type) {
      return new Promise((resolve, reject) => {
        const stop = () => {
          clearTimeout(timer);
          listeners.delete(look);
        };
        const look = () => {
          const found = frames.find((frame) => frame.type === type && !taken.has(frame));
          if (!found) return;
          taken.add(found);
          stop();
          resolve(found as Frame<typeof type>);
        };
        const timer = setTimeout(() => {
          stop();
          reject(new Error(`no ${type} frame; heard: ${frames.map((frame) => frame.type).join(', ')}`));
        }, TIMEOUT_MS);
        listeners.add(look);
        look();
      });
    },
  };
}
