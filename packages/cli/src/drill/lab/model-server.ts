import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const CUT_OFF = 'cut off';

export interface ModelServer {
  /** For `OPENAI_BASE_URL`. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/**
 * In place of a provider of language models: fails as the message tells it, `answer 401` and the like, `hang up` or `cut off`,
 * and goes on with that until another message tells it otherwise.
 */
export async function openModelServer(): Promise<ModelServer> {
  let status: string | undefined;
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const told = /answer (\d{3})|hang up|cut off/.exec(body);
      if (told !== null) status = told[0] === 'cut off' ? CUT_OFF : told[1];
      if (status === CUT_OFF) {
        writeHalfAnAnswer(response);
        return;
      }
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

/** As a provider streams it, up to the most that the model may write. */
function writeHalfAnAnswer(response: ServerResponse): void {
  const chunk = { id: 'drill', object: 'chat.completion.chunk', created: 0, model: 'drill-model' };
  const choices = [
    { index: 0, delta: { role: 'assistant', content: 'To begin with' }, finish_reason: null },
    { index: 0, delta: {}, finish_reason: 'length' },
  ];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const choice of choices)
    response.write(`data: ${JSON.stringify({ ...chunk, choices: [choice] })}\n\n`);
  response.end('data: [DONE]\n\n');
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
