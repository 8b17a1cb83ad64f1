import type { Duplex } from 'node:stream';

/** Bytes that a client may send before it is answered; a client of RFC 6455 sends none. */
const MAX_EARLY_BYTES = 64 * 1024;

export interface ClientWatch {
  /** Resolves when the client hangs up, by reset or by an orderly end. */
  readonly gone: Promise<void>;
  /** Stops watching and hands over what the client sent meanwhile. */
  release(): Buffer;
}

/**
 * Notices a client that leaves while its upgrade is being judged.
 * Nobody reads the socket then, so an orderly end (FIN) would go unseen: read, and keep what comes for later.
 */
export function watchClient(socket: Duplex): ClientWatch {
  const early: Buffer[] = [];
  let earlyBytes = 0;
  let leave: () => void;
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const onGone = () => leave();
  const onReadable = () => {
    while (earlyBytes < MAX_EARLY_BYTES) {
      const chunk: Buffer | null = socket.read();
      if (chunk === null) return;
      early.push(chunk);
      earlyBytes += chunk.length;
    }
  };
  socket.on('readable', onReadable);
  socket.on('end', onGone);
  socket.on('close', onGone);
  if (socket.destroyed) onGone();
  return {
    gone,
    release() {
      socket.off('readable', onReadable);
      socket.off('end', onGone);
      socket.off('close', onGone);
      return Buffer.concat(early);
    },
  };
}
