import { once } from 'node:events';
import { type ClientFrame, type ServerFrame, type ServerFrameType, serverFrameSchema } from '@netra/protocol';
import { WebSocket } from 'ws';
import { poll } from './poll.ts';

/** A WebSocket client without any of the SDK: it keeps every frame, checks each against the contract. */
export interface RawSocket {
  readonly frames: ServerFrame[];
  /** Every byte of text that arrived, to look for what should not be there. */
  text(): string;
  send(frame: ClientFrame): void;
  /** The first frame of this type that `matches`, from those that are here and those to come. */
  next<T extends ServerFrameType>(
    type: T,
    matches?: (frame: Extract<ServerFrame, { type: T }>) => boolean,
  ): Promise<Extract<ServerFrame, { type: T }>>;
  readonly closed: Promise<{ code: number; reason: string }>;
  close(): void;
}

export async function connectRaw(url: string, token: string): Promise<RawSocket> {
  const socket = new WebSocket(new URL('/ws', url.replace(/^http/, 'ws')), ['netra.v1'], {
    headers: { authorization: `Bearer ${token}` },
  });
  const frames: ServerFrame[] = [];
  let text = '';
  socket.on('message', (data: Buffer) => {
    text += data.toString();
    // The schema's type and the frame's type are the same, written twice.
    frames.push(serverFrameSchema.parse(JSON.parse(data.toString())) as ServerFrame);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await once(socket, 'open');
  return {
    frames,
    text: () => text,
    send: (frame) => socket.send(JSON.stringify(frame)),
    next: (type, matches = () => true) => nextFrame(frames, type, matches),
    closed,
    close: () => socket.close(),
  };
}

function nextFrame<T extends ServerFrameType>(
  frames: readonly ServerFrame[],
  type: T,
  matches: (frame: Extract<ServerFrame, { type: T }>) => boolean,
): Promise<Extract<ServerFrame, { type: T }>> {
  // TypeScript does not narrow a union by a generic literal.
  const isWanted = (frame: ServerFrame): frame is Extract<ServerFrame, { type: T }> =>
    frame.type === type && matches(frame as Extract<ServerFrame, { type: T }>);
  return poll(() => frames.find(isWanted), {
    deadlineMs: 20_000,
    what: () => `a frame of type ${type}; there are: ${frames.map((frame) => frame.type).join(', ')}`,
  });
}
