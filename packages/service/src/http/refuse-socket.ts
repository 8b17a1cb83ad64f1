import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ReasonCode } from '@netra/protocol';
import { type ProblemOptions, problemBody } from './problem.ts';

/** Answers on a socket that has no `ServerResponse`: one write, then the end (RFC 9457 body). */
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
}
