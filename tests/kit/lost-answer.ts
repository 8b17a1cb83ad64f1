import { connect } from 'node:net';

/**
 * Sends a POST and resolves when the server has begun to answer, of which nothing is given back: for the caller the
 * connection broke while it waited.
 */
export function postAndLoseAnswer(
  address: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<void> {
  const { hostname, port, pathname, host, origin } = new URL(address);
  const text = JSON.stringify(body);
  const lines = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    `Origin: ${origin}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`${lines.join('\r\n')}\r\n\r\n${text}`),
    );
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer to lose')));
    socket.once('data', () => socket.destroy());
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}
