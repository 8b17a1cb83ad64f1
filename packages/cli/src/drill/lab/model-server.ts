import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ModelServer {
  /** For `OPENAI_BASE_URL`. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/**
 * In place of a provider of language models: answers every request with the failure that the message asks for,
 * `answer 401` and the like, and hangs up where it asks for none.
 */
export async function openModelServer(): Promise<ModelServer> {
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const status = /answer (\d{3})/.exec(body)?.[1];
      if (status === undefined) {
        request.socket.destroy();
        return;
      }
      response.writeHead(Number(status), { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'As asked for.', type: 'drill', code: null } }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
