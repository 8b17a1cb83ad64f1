import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { DIALOGUES } from './dialogues.ts';

/** Told over IPC; a flood goes on until the process is disconnected. */
export interface FloodOrder {
  /** Undefined: the flood goes to this process itself, so that it is there and the server has nothing of it. */
  readonly port: number | undefined;
  readonly perSecond: number;
  readonly tokens: readonly string[];
}

/** Every second: what was sent, and what of it was answered with a refusal. */
export interface FloodCount {
  readonly sent: number;
  readonly refused: number;
}

const TICK_MS = 1;
/** What this process was kept from sending is caught up little by little: from many machines it would not come at once. */
const MAX_PER_TICK = 10;
/** More than these are not under way at a time: a server that cannot keep up is seen by what is not answered. */
const MAX_OPEN = 4_000;
/** For the token, or for coming too often: anything else is no answer that a flood should get. */
const REFUSAL = /^HTTP\/1\.1 4(01|29) /;
const readBuffer = Buffer.alloc(64 * 1024);
let sent = 0;
let refused = 0;
let open = 0;

function send(port: number, tokens: readonly string[]): void {
  const token = tokens[sent % tokens.length] ?? '';
  sent++;
  open++;
  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: readBuffer,
      callback(length, bytes) {
        if (length > 0 && REFUSAL.test(Buffer.from(bytes).toString('latin1', 0, 16))) refused++;
        socket.destroy();
        return false;
      },
    },
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    open--;
  });
  socket.write(DIALOGUES.netra.request(token));
}

/** Answers as briefly as can be, and hangs up. */
async function openSink(): Promise<number> {
  const sink = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'));
  }).listen(0, '127.0.0.1');
  await once(sink, 'listening');
  return (sink.address() as AddressInfo).port;
}

async function flood(order: FloodOrder): Promise<void> {
  const port = order.port ?? (await openSink());
  const startedMs = performance.now();
  setInterval(() => {
    const due = ((performance.now() - startedMs) * order.perSecond) / 1000;
    for (let count = 0; count < MAX_PER_TICK && sent < due && open < MAX_OPEN; count++)
      send(port, order.tokens);
  }, TICK_MS);
  setInterval(
    () => process.send?.({ sent, refused } satisfies FloodCount, undefined, {}, () => undefined),
    1_000,
  );
}
process.once('message', (order: FloodOrder) => void flood(order));
process.once('disconnect', () => process.exit());
