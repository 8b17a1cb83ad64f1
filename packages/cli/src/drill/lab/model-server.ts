import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ModelServer {
  /** For `OPENAI_BASE_URL`. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/**
 * In place of a provider of language models: fails as the message tells it, `answer 401` and the like or `hang up`,
 * and goes on with that until another message tells it otherwise.
 */
export async function openModelServer(): Promise<ModelServer> {
  let status: string | undefined;
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const told = /answer (\d{3})|hang up/.exec(body);
      if (told !== null) status = told[1];
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
