import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { request as requestTls } from 'node:https';
import type { UpgradeAnswer, UpgradeInit } from '@netra/diagnosis';

const MAX_BODY_BYTES = 64 * 1024;

/** A complete handshake (RFC 6455 §4.1) with these headers added; the answer is read and the connection given up. */
export function sendUpgrade(url: string, { headers, signal }: UpgradeInit): Promise<UpgradeAnswer> {
  const send = url.startsWith('wss:') ? requestTls : request;
  return new Promise((resolve, reject) => {
    const sent = send(url.replace(/^ws/, 'http'), {
      signal,
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        ...headers,
      },
    });
    sent.on('error', reject);
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body: '' });
    });
    sent.on('response', (response) => {
      readBody(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body }),
        reject,
      );
    });
    sent.end();
  });
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

export async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES) break;
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString('utf8');
}
