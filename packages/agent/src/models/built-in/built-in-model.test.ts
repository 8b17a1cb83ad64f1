import { describe, expect, it } from 'vitest';
import { createGuide } from '../../guide/guide.ts';
import { scriptedProbes } from '../../testing/scripted-probes.ts';
import { runToEnd, textOf, turnOf } from '../../testing/turns.ts';
import { createBuiltInModel } from './built-in-model.ts';

const guide = createGuide({ probes: scriptedProbes() });
const LONG = 'why would a connection be refused?';

describe('the built-in model', () => {
  it('gives the same answer to the same question, in the same pieces', async () => {
    const runs = await Promise.all([1, 2].map(() => runToEnd(guide, turnOf(LONG))));
    const [first, second] = runs.map(({ events }) => events.filter(({ type }) => type === 'message'));

    expect(first).toEqual(second);
    expect(first?.length).toBeGreaterThan(100);
  });

  it('starts its answer within 60 ms, in the median of many runs', async () => {
    const firstDeltaMs: number[] = [];
    for (let run = 0; run < 21; run += 1) {
      const startedAtMs = performance.now();
      for await (const event of guide.run(turnOf(LONG), new AbortController().signal)) {
        if (event.type !== 'message') continue;
        firstDeltaMs.push(performance.now() - startedAtMs);
        break;
      }
    }

    expect(firstDeltaMs.sort((a, b) => a - b)[10]).toBeLessThan(60);
  });

  it('writes word by word: the pieces of a long answer do not come at once', async () => {
    const arrivalsMs: number[] = [];
    for await (const event of guide.run(turnOf('who am I?'), new AbortController().signal)) {
      if (event.type === 'message') arrivalsMs.push(performance.now());
    }

    const spanMs = (arrivalsMs.at(-1) ?? 0) - (arrivalsMs[0] ?? 0);
    // A timer may fire a fraction of a millisecond early.
    expect(spanMs).toBeGreaterThan((arrivalsMs.length - 1) * 4);
  });

  it('stops in the middle of its answer when it is aborted', async () => {
    const controller = new AbortController();
    const events = [];
    for await (const event of guide.run(turnOf(LONG), controller.signal)) {
      events.push(event);
      if (event.type === 'message') controller.abort();
    }

    expect(textOf(events)).toBe('A ');
  });

  it('says what it cannot do when an agent gives it no tools', async () => {
    const model = createBuiltInModel({ wordDelayMs: 0 });
    const parts = [];
    const request = {
      instructions: '',
      messages: [{ role: 'user' as const, text: 'Book a flight' }],
      tools: [],
    };
    for await (const part of model.stream(request, new AbortController().signal)) parts.push(part);

    const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
    expect(text).toContain('I do not know the answer');
    expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  });

  it('shows the result of a tool that it does not know as it is', async () => {
    const model = createBuiltInModel({ wordDelayMs: 0 });
    const request = {
      instructions: '',
      messages: [
        { role: 'user' as const, text: 'x' },
        {
          role: 'tool' as const,
          results: [{ toolCallId: '1', toolName: 'other', ok: true, value: { a: 1 } }],
        },
      ],
      tools: [],
    };
    let text = '';
    for await (const part of model.stream(request, new AbortController().signal)) {
      if (part.type === 'text') text += part.text;
    }

    expect(text).toContain('"a": 1');
  });
});
