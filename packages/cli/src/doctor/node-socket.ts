import { once } from 'node:events';
import { type DoctorSocket, RefusedUpgrade, type SocketInit } from '@netra/diagnosis';
import { WebSocket } from 'ws';
import { readBody } from './send-upgrade.ts';

/** Frames that wait for the doctor to ask; more would be a server that floods. */
const MAX_WAITING_FRAMES = 10_000;

export async function openNodeSocket(
  url: string,
  { protocols, headers = {}, signal }: SocketInit,
): Promise<DoctorSocket> {
  signal.throwIfAborted();
  const socket = new WebSocket(url, [...protocols], {
    headers,
    perMessageDeflate: false,
    followRedirects: false,
  });
  const doctorSocket = wrap(socket);
  const refused = new Promise<never>((_resolve, reject) => {
    socket.once('unexpected-response', (request, response) => {
      const flat = Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      );
      readBody(response)
        .then(
          (body) => reject(new RefusedUpgrade({ status: response.statusCode ?? 0, headers: flat, body })),
          reject,
        )
        .finally(() => request.destroy());
    });
  });
  try {
    await Promise.race([once(socket, 'open', { signal }), refused]);
    return doctorSocket;
  } catch (cause) {
    socket.terminate();
    throw cause;
  }
}

function wrap(socket: WebSocket): DoctorSocket {
  const frames: string[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const each of waiting) each();
  };
  socket.on('message', (data: Buffer) => {
    if (frames.length < MAX_WAITING_FRAMES) frames.push(data.toString());
    wake();
  });
  // An error is followed by a close, which is what the doctor looks at.
  socket.on('error', () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
      wake();
    });
  });
  return {
    get protocol() {
      return socket.protocol;
    },
    send: (text) => socket.send(text),
    async next(signal) {
      for (;;) {
        const frame = frames.shift();
        if (frame !== undefined) return frame;
        signal.throwIfAborted();
        if (socket.readyState === WebSocket.CLOSED) throw new Error('The connection was closed');
        await changed(waiting, signal);
      }
    },
    closed,
    close: () => socket.close(),
    cut: () => socket.terminate(),
  };
}

function changed(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      waiting.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    waiting.add(done);
    signal.addEventListener('abort', done, { once: true });
  });
}
