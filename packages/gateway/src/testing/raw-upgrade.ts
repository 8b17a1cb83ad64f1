import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RawAnswer {
  /** Every byte that came back. */
  raw: string;
  status: number;
  header(name: string): string | undefined;
  /** The body as JSON. */
  problem: Record<string, unknown>;
}

export interface RawUpgrade {
  port: number;
  path?: string;
  method?: string;
  /** A value of undefined leaves a usual header out; a list sends several lines. */
  headers?: Record<string, string | string[] | undefined>;
}

const USUAL_HEADERS = {
  Host: 'localhost',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

/** The text of an upgrade request as a client that knows RFC 6455 sends it, or one that does not. */
export function upgradeRequest({
  path = '/ws',
  method = 'GET',
  headers = {},
}: Omit<RawUpgrade, 'port'>): string {
  const lines = Object.entries({ ...USUAL_HEADERS, ...headers }).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === undefined ? [] : [`${name}: ${one}\r\n`])),
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Sends an upgrade that is to be refused, and reads until the server hangs up. */
export async function refusedUpgrade(request: RawUpgrade): Promise<RawAnswer> {
  const socket = connect(request.port, '127.0.0.1');
  socket.write(upgradeRequest(request));
  const raw = await text(socket);
  const [head = '', body = ''] = raw.split('\r\n\r\n', 2);
  const [statusLine = '', ...lines] = head.split('\r\n');
  return {
    raw,
    status: Number(statusLine.split(' ')[1]),
    header: (name) =>
      lines.find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}: `))?.slice(name.length + 2),
    problem: body === '' ? {} : JSON.parse(body),
  };
}
