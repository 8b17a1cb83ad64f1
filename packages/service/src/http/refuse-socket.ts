import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ReasonCode } from '@netra/protocol';
import { type ProblemOptions, problemBody } from './problem.ts';

/** How long a refused client may take to hang up. */
const LINGER_MS = 1_000;

/** Answers on a socket that has no `ServerResponse`: one write, then the end (RFC 9457 body), and makes sure that it ends. */
export function refuseSocket(socket: Duplex, code: ReasonCode, options: ProblemOptions): void {
  const { status, headers, text } = problemBody(code, options);
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  head += `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n`;
  // The other side may be gone already; that is no news.
  socket.on('error', () => socket.destroy());
  socket.end(head + text);
  // Unread bytes at close would become a reset that can overtake the answer: read them, then let go.
  socket.resume();
  socket.once('end', () => socket.destroy());
  const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  // A timer that is left to run holds its socket: in a flood of refusals, all of the last second.
  socket.once('close', () => clearTimeout(linger));
}
