import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AgentError } from './agent-error.ts';
import { defineAgent } from './define-agent.ts';
import { call, say, scriptedModel } from './testing/scripted-model.ts';
import { agentOn, toolThat } from './testing/test-agent.ts';
import { runToEnd, turnOf, typesOf } from './testing/turns.ts';
import { defineTool } from './tool.ts';

describe('a tool call', () => {
  it('tells the model about wrong arguments, and goes on', async () => {
    const model = scriptedModel([call('double', { n: 'two' })], [say('Sorry.')]);

    const { events, error } = await runToEnd(agentOn(model), turnOf('go'));

    expect(error).toBeUndefined();
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'tool_completed',
        ok: false,
        error: { code: 'tool_failed', detail: expect.stringContaining('Invalid arguments') },
      }),
    );
  });

  it('is not carried out with arguments of megabytes, and the model is told why', async () => {
    const calls: unknown[] = [];
    const model = scriptedModel([call('note', { text: 'x'.repeat(2_000_000) })], [say('Shorter then.')]);
    const tool = defineTool({
      name: 'note',
      description: 'Notes it.',
      input: z.object({ text: z.string() }),
      execute: (input) => void calls.push(input),
    });

    const { events, error } = await runToEnd(agentOn(model, [tool]), turnOf('go'));

    expect(error).toBeUndefined();
    expect(calls).toEqual([]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'tool_executing', arguments: {} }));
    const detail = expect.stringContaining('larger than 65536 bytes');
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'tool_completed', ok: false, error: { code: 'tool_failed', detail } }),
    );
  });

  it('shows arguments that are no object under `input`', async () => {
    const { events } = await runToEnd(
      agentOn(scriptedModel([call('double', '{"n":')], [say('x')])),
      turnOf('go'),
    );

    expect(events).toContainEqual(
      expect.objectContaining({ type: 'tool_executing', arguments: { input: '{"n":' } }),
    );
  });

  it('tells the model that a tool does not exist', async () => {
    const { events } = await runToEnd(agentOn(scriptedModel([call('triple')], [say('x')])), turnOf('go'));

    expect(events).toContainEqual(
      expect.objectContaining({
        ok: false,
        error: { code: 'tool_failed', detail: 'There is no tool named triple.' },
      }),
    );
  });

  it('keeps the message of a thrown error from the user, and gives it to the log', async () => {
    const thrown: unknown[] = [];
    const agent = defineAgent({
      name: 'test',
      description: '',
      instructions: '',
      model: scriptedModel([call('probe')], [say('x')]),
      tools: [toolThat(() => Promise.reject(new TypeError('password=hunter2')))],
      onToolFailure: (failure) => thrown.push(failure),
    });

    const { events } = await runToEnd(agent, turnOf('go'));

    expect(JSON.stringify(events)).not.toContain('hunter2');
    expect(events).toContainEqual(
      expect.objectContaining({ error: { code: 'tool_failed', detail: 'The tool failed (TypeError).' } }),
    );
    expect(String(thrown[0])).toContain('hunter2');
  });

  it('passes on what a tool says with an AgentError', async () => {
    const tool = toolThat(() => {
      throw new AgentError('tool_failed', { detail: 'The city is unknown.', retryable: false });
    });

    const { events } = await runToEnd(
      agentOn(scriptedModel([call('probe')], [say('x')]), [tool]),
      turnOf('go'),
    );

    expect(events).toContainEqual(
      expect.objectContaining({ error: { code: 'tool_failed', detail: 'The city is unknown.' } }),
    );
  });

  it('fails a tool whose result is not JSON', async () => {
    const tool = toolThat(() => 10n);

    const { events } = await runToEnd(
      agentOn(scriptedModel([call('probe')], [say('x')]), [tool]),
      turnOf('go'),
    );

    expect(events).toContainEqual(expect.objectContaining({ type: 'tool_completed', ok: false }));
  });

  it('gives a tool up when its time is over, and tells it by its signal', async () => {
    let heard: AbortSignal | undefined;
    const tool = toolThat((_input, { signal }) => {
      heard = signal;
      return new Promise(() => {});
    }, 20);

    const { events, text } = await runToEnd(
      agentOn(scriptedModel([call('probe')], [say('x')]), [tool]),
      turnOf('go'),
    );

    expect(events).toContainEqual(
      expect.objectContaining({ error: { code: 'tool_failed', detail: 'No answer within 20 ms.' } }),
    );
    expect(heard?.aborted).toBe(true);
    expect(text).toBe('x');
  });

  it('ends at once when the run is aborted, also when a tool is deaf to the signal', async () => {
    const controller = new AbortController();
    const tool = toolThat(() => {
      controller.abort();
      return new Promise(() => {});
    });

    const { events, error } = await runToEnd(
      agentOn(scriptedModel([call('probe')], [say('x')]), [tool]),
      turnOf('go'),
      controller.signal,
    );

    expect(error).toBeUndefined();
    expect(typesOf(events)).toEqual(['usage', 'tool_executing']);
  });
});
