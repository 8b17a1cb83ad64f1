import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ReasonCode } from '@netra/protocol';
import { type ProblemOptions, problemBody } from './problem.ts';

/** How long a refused client may take to hang up. */
const LINGER_MS = 1_000;

/** Answers on a socket that has no `ServerResponse`: one write, then the end (RFC 9457 body), and makes sure that it ends. */
export function refuseSocket(socket: Duplex, code: ReasonCode, options: ProblemOptions): void {
  const { status, headers, text } = problemBody(code, options);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  // The other side may be gone already; that is no news.
  socket.on('error', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
  // Unread bytes at close would become a reset that can overtake the answer: read them, then let go.
  socket.resume();
  socket.once('end', () => socket.destroy());
  const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  // A timer that is left to run holds its socket: in a flood of refusals, all of the last second.
  socket.once('close', () => clearTimeout(linger));
}
