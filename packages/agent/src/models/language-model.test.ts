import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { defineAgent } from '../define-agent.ts';
import {
  callTools,
  fail,
  type Script,
  sayNonsense,
  sayText,
  sayThenBreak,
  sayThenFinish,
  sayThenHang,
  sayThenStopShort,
  startChatCompletionsServer,
  thinkThenSay,
} from '../testing/chat-completions-server.ts';
import { runToEnd, turnOf, typesOf } from '../testing/turns.ts';
import { defineTool } from '../tool.ts';
import { selectModel } from './select-model.ts';

const KEY = 'sk-very-secret-0123456789';

const double = defineTool({
  name: 'double',
  description: 'Doubles a number.',
  input: z.object({ n: z.number() }),
  execute: ({ n }) => ({ result: n * 2 }),
});

function agentAt(baseUrl: string, model: string | undefined = 'local-model') {
  const settings = { openaiBaseUrl: baseUrl, openaiApiKey: KEY, model };
  return defineAgent({
    name: 'test',
    description: '',
    instructions: 'Be brief.',
    model: selectModel(settings, { maxRetries: 0 }).model,
    tools: [double],
  });
}

async function startServer(scripts: readonly Script[], models?: readonly string[]) {
  const server = await startChatCompletionsServer(scripts, models);
  onTestFinished(() => server.close());
  return server;
}

async function runAgainst(...scripts: readonly Script[]) {
  const server = await startServer(scripts);
  const told = await runToEnd(agentAt(server.baseUrl), turnOf('What is 21 doubled?'));
  return { ...told, requests: server.requests };
}

describe('a language model over HTTP', () => {
  it('calls a tool in its first step and answers in its second', async () => {
    const { events, text, error, requests } = await runAgainst(
      callTools({ name: 'double', argumentsJson: '{"n":21}' }),
      sayText('It is ', '**42**', '.'),
    );

    expect(error).toBeUndefined();
    expect(text).toBe('It is **42**.');
    expect(typesOf(events)).toEqual([
      'usage',
      'tool_executing',
      'tool_completed',
      'message',
      'message',
      'message',
      'usage',
    ]);
    expect(events[1]).toMatchObject({ toolName: 'double', arguments: { n: 21 } });
    expect(events[2]).toMatchObject({ ok: true, result: { result: 42 } });
    expect(events.at(-1)).toEqual({ type: 'usage', inputTokens: 20, outputTokens: 10 });

    const [first, second] = requests;
    expect(first?.authorization).toBe(`Bearer ${KEY}`);
    expect(first?.body.model).toBe('local-model');
    expect(first?.body.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(first?.body.tools?.map((tool) => tool.function.name)).toEqual(['double']);
    expect(second?.body.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool']);
    expect(second?.body.messages.at(-1)).toMatchObject({ tool_call_id: 'call_0', content: '{"result":42}' });
  });

  it('calls two tools in one step', async () => {
    const { events, requests } = await runAgainst(
      callTools({ name: 'double', argumentsJson: '{"n":1}' }, { name: 'double', argumentsJson: '{"n":2}' }),
      sayText('2 and 4'),
    );

    expect(typesOf(events).filter((type) => type === 'tool_completed')).toHaveLength(2);
    expect(requests[1]?.body.messages.filter(({ role }) => role === 'tool')).toHaveLength(2);
  });

  it('shows reasoning as thoughts', async () => {
    const { events } = await runAgainst(thinkThenSay('Twice 21.', '42'));

    expect(events[0]).toEqual({ type: 'thinking', text: 'Twice 21.', step: 1 });
  });

  it('answers broken tool arguments with a failed tool, once, and goes on', async () => {
    const { events, text, requests } = await runAgainst(
      callTools({ name: 'double', argumentsJson: '{"n": tw' }),
      sayText('Sorry.'),
    );

    expect(events).toContainEqual(expect.objectContaining({ type: 'tool_completed', ok: false }));
    expect(requests[1]?.body.messages.filter(({ role }) => role === 'tool')).toHaveLength(1);
    expect(text).toBe('Sorry.');
  });

  it('sends the conversation so far', async () => {
    const server = await startServer([sayText('ok')]);
    const messages = [
      { role: 'user' as const, text: 'one' },
      { role: 'agent' as const, text: 'two' },
      { role: 'user' as const, text: 'three' },
    ];

    await runToEnd(agentAt(server.baseUrl), turnOf('', { messages }));

    const sent = server.requests[0]?.body.messages.map(({ role, content }) => [role, content]);
    expect(sent?.slice(1)).toEqual([
      ['user', 'one'],
      ['assistant', 'two'],
      ['user', 'three'],
    ]);
  });

  const invalidKey = { message: `Incorrect API key provided: ${KEY}`, code: 'invalid_api_key' };
  it.each([
    ['429', fail(429, { message: 'slow down', code: 'rate_limit_exceeded' }), 'model_rate_limited', true],
    [
      '429 without quota',
      fail(429, { message: 'pay', code: 'insufficient_quota' }),
      'model_rate_limited',
      false,
    ],
    ['401', fail(401, invalidKey), 'model_unavailable', false],
    ['404', fail(404, { message: 'no such model', code: 'model_not_found' }), 'model_unavailable', false],
    ['400', fail(400, { message: 'bad', type: 'invalid_request_error' }), 'model_unavailable', false],
    ['500', fail(500, { message: 'oops' }), 'model_unavailable', true],
    ['nonsense', sayNonsense(), 'model_unavailable', true],
    ['a broken connection', sayThenBreak('It is'), 'model_unavailable', true],
    ['an answer without an end', sayThenStopShort('It is'), 'model_unavailable', true],
    ['a cut answer', sayThenFinish('It is', 'length'), 'output_limit', false],
    ['a filtered answer', sayThenFinish('', 'content_filter'), 'model_refused', false],
  ] as const)('turns %s into a reason of the table', async (_name, script, code, retryable) => {
    const { error } = await runAgainst(script);

    expect(error).toMatchObject({ name: 'AgentError', code, retryable });
  });

  it('keeps the key, the prompt and the provider’s words out of the failure', async () => {
    const { error } = await runAgainst(fail(401, invalidKey));

    const whole = `${error instanceof Error ? `${error.message} ${error.stack} ${String(error.cause)}` : ''} ${JSON.stringify(error)}`;
    expect(whole).toContain('invalid_api_key');
    expect(whole).not.toContain(KEY);
    expect(whole).not.toContain('21 doubled');
    expect(whole).not.toContain('127.0.0.1');
  });

  it('says that nobody listens at the configured address', async () => {
    const server = await startServer([]);
    await server.close();

    const { error } = await runToEnd(agentAt(server.baseUrl), turnOf('hi'));

    expect(error).toMatchObject({
      code: 'model_unavailable',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('hangs up and ends in silence when it is aborted in the middle', async () => {
    const server = await startServer([sayThenHang('It is')]);
    const controller = new AbortController();
    const seen = [];

    for await (const event of agentAt(server.baseUrl).run(turnOf('hi'), controller.signal)) {
      seen.push(event);
      controller.abort();
    }

    await server.hungUp;
    expect(typesOf(seen)).toEqual(['message']);
  });

  it('uses the first model that the server lists when none is named', async () => {
    const server = await startServer([sayText('ok')], ['llama-one', 'llama-two']);
    const { model } = selectModel({ openaiBaseUrl: server.baseUrl }, { maxRetries: 0 });
    const agent = defineAgent({ name: 'test', description: '', instructions: '', model });

    const { text } = await runToEnd(agent, turnOf('hi'));

    expect(text).toBe('ok');
    expect(server.requests[0]?.body.model).toBe('llama-one');
    expect(server.requests[0]?.authorization).toBeUndefined();
  });

  it('asks for NETRA_MODEL when the server lists no models', async () => {
    const server = await startServer([]);
    const { model } = selectModel({ openaiBaseUrl: server.baseUrl }, { maxRetries: 0 });
    const agent = defineAgent({ name: 'test', description: '', instructions: '', model });

    const { error } = await runToEnd(agent, turnOf('hi'));

    expect(error).toMatchObject({
      code: 'model_unavailable',
      detail: expect.stringContaining('NETRA_MODEL'),
    });
  });
});
