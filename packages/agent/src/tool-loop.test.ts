import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ChatModel } from './models/model.ts';
import { call, say, scriptedModel } from './testing/scripted-model.ts';
import { agentOn, double } from './testing/test-agent.ts';
import { runToEnd, textOf, turnOf, typesOf } from './testing/turns.ts';
import { defineTool } from './tool.ts';

describe('the tool loop', () => {
  it('tells a thought, a tool with its purpose and result, and the answer, in order', async () => {
    const model = scriptedModel(
      [{ type: 'thinking', text: 'Let me see.' }, call('double', { n: 21 })],
      [say('It is '), say('42.')],
    );

    const { events, text } = await runToEnd(agentOn(model), turnOf('double 21'));

    expect(typesOf(events)).toEqual([
      'thinking',
      'usage',
      'tool_executing',
      'tool_completed',
      'message',
      'message',
      'usage',
    ]);
    expect(events[0]).toEqual({ type: 'thinking', text: 'Let me see.', step: 1 });
    expect(events[2]).toMatchObject({ toolName: 'double', arguments: { n: 21 }, purpose: 'Double 21' });
    expect(events[3]).toMatchObject({ ok: true, result: { result: 42 }, durationMs: expect.any(Number) });
    expect(text).toBe('It is 42.');
  });

  it('gives the model its call and the result back', async () => {
    const model = scriptedModel([call('double', { n: 2 }, 'abc')], [say('4')]);

    await runToEnd(agentOn(model), turnOf('double 2'));

    expect(model.requests[1]?.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        text: '',
        toolCalls: [expect.objectContaining({ toolCallId: 'abc' })],
        native: undefined,
      },
      { role: 'tool', results: [{ toolCallId: 'abc', toolName: 'double', ok: true, value: { result: 4 } }] },
    ]);
  });

  it('gives calls ids of its own, so that a model may use one twice', async () => {
    const model = scriptedModel(
      [call('double', { n: 1 }, 'same'), call('double', { n: 2 }, 'same')],
      [say('done')],
    );

    const { events } = await runToEnd(agentOn(model), turnOf('go'));

    const ids = events.flatMap((event) => (event.type === 'tool_completed' ? [event.toolCallId] : []));
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id) => id.length <= 64)).toBe(true);
  });

  it('adds the usage of all steps up', async () => {
    const { events } = await runToEnd(
      agentOn(scriptedModel([call('double', { n: 1 })], [say('2')])),
      turnOf('go'),
    );

    expect(events.at(-1)).toEqual({ type: 'usage', inputTokens: 20, outputTokens: 10 });
  });

  it('joins the texts of two steps as paragraphs', async () => {
    const model = scriptedModel([say('One moment.'), call('double', { n: 1 })], [say('2')]);

    expect((await runToEnd(agentOn(model), turnOf('go'))).text).toBe('One moment.\n\n2');
  });

  it('runs the tools of one step side by side and reports each when it is done', async () => {
    const order: string[] = [];
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const input = z.object({});
    const slow = defineTool({ name: 'slow', description: '', input, execute: () => gate.then(() => 'slow') });
    const fast = defineTool({
      name: 'fast',
      description: '',
      input,
      execute: () => {
        setImmediate(release);
        return 'fast';
      },
    });
    const model = scriptedModel([call('slow', {}, 'a'), call('fast', {}, 'b')], [say('x')]);

    const { events } = await runToEnd(agentOn(model, [slow, fast]), turnOf('go'));

    for (const event of events) if (event.type === 'tool_completed') order.push(event.toolName);
    expect(order).toEqual(['fast', 'slow']);
    const results = model.requests[1]?.messages.at(-1);
    expect(results?.role === 'tool' && results.results.map(({ toolCallId }) => toolCallId)).toEqual([
      'a',
      'b',
    ]);
  });

  it('fails with step_limit when the model never stops asking for tools', async () => {
    const steps = Array.from({ length: 5 }, () => [call('double', { n: 1 })]);

    const { events, error } = await runToEnd(
      agentOn(scriptedModel(...steps), [double], { maxSteps: 3 }),
      turnOf('go'),
    );

    expect(error).toMatchObject({ code: 'step_limit', retryable: false });
    const count = (type: string) => typesOf(events).filter((other) => other === type).length;
    expect([count('tool_executing'), count('tool_completed')]).toEqual([2, 2]);
  });

  it('fails with output_limit when the answer was cut off, after telling what there was', async () => {
    const model = scriptedModel([
      say('half'),
      { type: 'finish', reason: 'length', inputTokens: 1, outputTokens: 1 },
    ]);

    const { text, error } = await runToEnd(agentOn(model), turnOf('go'));

    expect(text).toBe('half');
    expect(error).toMatchObject({ code: 'output_limit' });
  });

  it('fails with model_refused when the provider withheld the answer', async () => {
    const model = scriptedModel([{ type: 'finish', reason: 'refused', inputTokens: 1, outputTokens: 0 }]);

    expect((await runToEnd(agentOn(model), turnOf('go'))).error).toMatchObject({ code: 'model_refused' });
  });

  it('lets a steering message in at the next step', async () => {
    const steering = [[], ['in German, please']];
    const model = scriptedModel([call('double', { n: 1 })], [say('zwei')]);

    await runToEnd(agentOn(model), turnOf('double 1', { takeSteering: () => steering.shift() ?? [] }));

    expect(model.requests[0]?.messages.map(({ role }) => role)).toEqual(['user']);
    expect(model.requests[1]?.messages.at(-1)).toEqual({ role: 'user', text: 'in German, please' });
  });

  it('answers a steering message that came during the last step', async () => {
    const steering = [[], ['and 3?']];
    const model = scriptedModel([say('4')], [say('6')]);

    const { text } = await runToEnd(
      agentOn(model),
      turnOf('2', { takeSteering: () => steering.shift() ?? [] }),
    );

    expect(text).toBe('4\n\n6');
    expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  it('leaves empty messages of earlier runs out', async () => {
    const model = scriptedModel([say('x')]);
    const messages = [
      { role: 'user' as const, text: 'one' },
      { role: 'agent' as const, text: '' },
      { role: 'user' as const, text: 'two' },
    ];

    await runToEnd(agentOn(model), turnOf('', { messages }));

    expect(model.requests[0]?.messages).toEqual([
      { role: 'user', text: 'one' },
      { role: 'user', text: 'two' },
    ]);
  });

  it('does nothing when it is aborted before it starts', async () => {
    const model = scriptedModel([say('x')]);

    const { events } = await runToEnd(agentOn(model), turnOf('go'), AbortSignal.abort());

    expect(events).toEqual([]);
    expect(model.requests).toEqual([]);
  });

  it('stops the model when nobody listens any more', async () => {
    let isEnded = false;
    const model: ChatModel = {
      provider: 'Endless',
      name: 'model',
      async *stream() {
        try {
          for (;;) yield await Promise.resolve({ type: 'text' as const, text: 'x' });
        } finally {
          isEnded = true;
        }
      },
    };

    const seen = [];
    for await (const event of agentOn(model).run(turnOf('go'), new AbortController().signal)) {
      seen.push(event);
      if (seen.length === 3) break;
    }

    expect(textOf(seen)).toBe('xxx');
    expect(isEnded).toBe(true);
  });
});
