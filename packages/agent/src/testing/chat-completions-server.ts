import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ReceivedRequest {
  readonly authorization: string | undefined;
  readonly body: {
    readonly model: string;
    readonly messages: readonly {
      readonly role: string;
      readonly content?: unknown;
      readonly tool_call_id?: string;
    }[];
    readonly tools?: readonly { readonly function: { readonly name: string } }[];
  };
}

/** Answers one request; the list of a server's scripts is its whole conversation. */
export type Script = (response: ServerResponse) => void | Promise<void>;

export interface ChatCompletionsServer {
  readonly baseUrl: string;
  readonly requests: readonly ReceivedRequest[];
  /** Resolves when a client hung up before its answer was complete. */
  readonly hungUp: Promise<void>;
  close(): Promise<void>;
}

/** A real HTTP server at `/v1/chat/completions` that plays one script per request, and lists `models` at `/v1/models`. */
export async function startChatCompletionsServer(
  scripts: readonly Script[],
  models: readonly string[] = [],
): Promise<ChatCompletionsServer> {
  const requests: ReceivedRequest[] = [];
  let onHungUp: () => void = () => {};
  const hungUp = new Promise<void>((resolve) => {
    onHungUp = resolve;
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/v1/models') {
      response.end(JSON.stringify({ data: models.map((id) => ({ id })) }));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    response.on('close', () => {
      if (!response.writableEnded) onHungUp();
    });
    const script = scripts[requests.length];
    requests.push({
      authorization: request.headers.authorization,
      body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
    });
    if (script) await script(response);
    else response.writeHead(500).end();
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on TCP, so its address is no string.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    hungUp,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Streams text in the given pieces. */
export function sayText(...pieces: readonly string[]): Script {
  return (response) => {
    sendText(response, ...pieces);
    finish(response, 'stop');
  };
}

/** Streams text and ends for another reason than "done". */
export function sayThenFinish(text: string, reason: 'length' | 'content_filter'): Script {
  return (response) => {
    sendText(response, text);
    finish(response, reason);
  };
}

/** Streams calls of tools; `argumentsJson` is sent in two pieces, as models do. */
export function callTools(...calls: readonly { name: string; argumentsJson: string }[]): Script {
  return (response) => {
    begin(response);
    for (const [index, { name, argumentsJson }] of calls.entries()) {
      const half = Math.ceil(argumentsJson.length / 2);
      const call = { index, id: `call_${index}`, type: 'function' };
      sendDelta(response, {
        tool_calls: [{ ...call, function: { name, arguments: argumentsJson.slice(0, half) } }],
      });
      sendDelta(response, { tool_calls: [{ index, function: { arguments: argumentsJson.slice(half) } }] });
    }
    finish(response, 'tool_calls');
  };
}

/** Streams reasoning, as several servers do beside the contract, then text. */
export function thinkThenSay(thinking: string, text: string): Script {
  return (response) => {
    begin(response);
    sendDelta(response, { reasoning_content: thinking });
    sendDelta(response, { content: text });
    finish(response, 'stop');
  };
}

export function fail(status: number, error: Readonly<Record<string, unknown>>): Script {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
  };
}

export function sayNonsense(): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {"choices": [}\n\n');
  };
}

/** Breaks the connection in the middle of the answer. */
export function sayThenBreak(text: string): Script {
  return async (response) => {
    sendText(response, text);
    await new Promise<void>((resolve) => response.write('\n', () => resolve()));
    response.destroy();
  };
}

/** Ends the answer in good order but without its finish reason. */
export function sayThenStopShort(text: string): Script {
  return (response) => {
    sendText(response, text);
    response.end();
  };
}

/** Says something and then nothing more, with the connection open. */
export function sayThenHang(text: string): Script {
  return (response) => sendText(response, text);
}

function sendText(response: ServerResponse, ...pieces: readonly string[]): void {
  begin(response);
  for (const content of pieces) sendDelta(response, { content });
}

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

function sendDelta(response: ServerResponse, delta: object, finishReason: string | null = null): void {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  response.write(
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`,
  );
}

function finish(response: ServerResponse, reason: string): void {
  sendDelta(response, {}, reason);
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  response.write(
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`,
  );
  response.end('data: [DONE]\n\n');
}
