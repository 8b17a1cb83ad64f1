import { connect } from 'node:net';
import { type Problem, problemSchema } from '@netra/protocol';
import { parseAnswer } from './raw-upgrade.ts';

export interface RawAnswer {
  /** 0: the server hung up without a word. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** The body of a refusal, checked against the contract. */
  problem(): Problem;
}

interface RawExchangeOptions {
  /** How long a server may wait for the rest of a request before the client says that there is none. Default: for ever. */
  readonly endAfterMs?: number;
}

const DEADLINE_MS = 30_000;

/** Sends bytes as they are, and reads one whole answer, or what came until the server hung up. */
export function rawExchange(
  url: string,
  bytes: string | Buffer,
  { endAfterMs }: RawExchangeOptions = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect({ port: Number(port), host: hostname, noDelay: true });
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    const giveUp = endAfterMs === undefined ? undefined : setTimeout(() => socket.end(), endAfterMs);
    socket.setTimeout(DEADLINE_MS, () => {
      socket.destroy();
      reject(new Error(`no end of the answer; so far: ${received}`));
    });
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (isWhole(received)) socket.destroy();
    });
    // A reset after, or instead of, an answer: what came is what counts.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(giveUp);
      resolve(answerOf(received));
    });
  });
}

function isWhole(received: string): boolean {
  if (!received.includes('\r\n\r\n')) return false;
  const { status, headers, body } = parseAnswer(received);
  if (isChunked(headers)) return received.endsWith('\r\n0\r\n\r\n');
  const length = headers.get('content-length');
  return status === 101 || (length !== undefined && body.length >= Number(length));
}

function isChunked(headers: ReadonlyMap<string, string>): boolean {
  return headers.get('transfer-encoding') === 'chunked';
}

/** RFC 9112 §7.1, without extensions and trailers. */
function joinChunks(body: string): string {
  let joined = '';
  for (let rest = body; ; ) {
    const lineEnd = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, lineEnd), 16);
    if (lineEnd < 0 || !(size > 0)) return joined;
    joined += rest.slice(lineEnd + 2, lineEnd + 2 + size);
    rest = rest.slice(lineEnd + 2 + size + 2);
  }
}

function answerOf(received: string): RawAnswer {
  const { status, headers } = parseAnswer(received);
  const raw = received.slice(received.indexOf('\r\n\r\n') + 4);
  const body = isChunked(headers) ? joinChunks(raw) : raw;
  const problem = () => problemSchema.parse(JSON.parse(Buffer.from(body, 'latin1').toString('utf8')));
  return { status: received === '' ? 0 : status, headers, body, problem };
}

/** The text of an upgrade request. A value of undefined leaves a usual header out; a list sends several lines. */
export function upgradeText({
  url,
  headers = {},
  requestLine = 'GET /ws HTTP/1.1',
}: {
  url: string;
  headers?: Record<string, string | readonly string[] | undefined>;
  requestLine?: string;
}): string {
  const usual = {
    Host: new URL(url).host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const lines = Object.entries({ ...usual, ...headers }).flatMap(([name, value]) =>
    [value].flat().flatMap((each) => (each === undefined ? [] : [`${name}: ${each}`])),
  );
  return `${[requestLine, ...lines].join('\r\n')}\r\n\r\n`;
}
