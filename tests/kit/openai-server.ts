import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { role: string; content: unknown; tool_call_id?: string }[];
  readonly tools?: readonly { function: { name: string } }[];
}

export interface OpenAiServer {
  /** For `OPENAI_BASE_URL`. */
  readonly baseUrl: string;
  readonly requests: ChatRequest[];
  close(): Promise<void>;
}

/**
 * A server that speaks OpenAI's streaming chat completions over real HTTP. Only its mind is scripted:
 * it asks for the tool `who_am_i` first, and answers with what the tool said.
 */
export async function startOpenAiServer(): Promise<OpenAiServer> {
  const requests: ChatRequest[] = [];
  const server = createServer((request, response) => {
    readJson(request).then(
      (body) => answer(body, response),
      () => response.destroy(),
    );
  });
  const answer = (body: ChatRequest, response: ServerResponse): void => {
    requests.push(body);
    const result = body.messages.findLast(({ role }) => role === 'tool');
    const chunks = result === undefined ? toolCallChunks() : textChunks(String(result.content));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of chunks) response.write(`data: ${JSON.stringify(envelope(body.model, chunk))}\n\n`);
    response.end('data: [DONE]\n\n');
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

type Choice = { delta: object; finish_reason: string | null };

function toolCallChunks(): Choice[] {
  const call = (part: object) => ({ delta: { tool_calls: [{ index: 0, ...part }] }, finish_reason: null });
  return [
    { delta: { role: 'assistant', content: null }, finish_reason: null },
    call({ id: 'call_1', type: 'function', function: { name: 'who_am_i', arguments: '' } }),
    call({ function: { arguments: '{' } }),
    call({ function: { arguments: '}' } }),
    { delta: {}, finish_reason: 'tool_calls' },
  ];
}

function textChunks(toolResult: string): Choice[] {
  const words = ['The tool ', 'said: ', toolResult];
  return [
    ...words.map((content) => ({ delta: { content }, finish_reason: null })),
    { delta: {}, finish_reason: 'stop' },
  ];
}

function envelope(model: string, choice: Choice): object {
  const usage =
    choice.finish_reason === null
      ? {}
      : { usage: { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 } };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model,
    choices: [{ index: 0, ...choice }],
    ...usage,
  };
}

async function readJson(request: IncomingMessage): Promise<ChatRequest> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}
