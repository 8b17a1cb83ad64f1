import { describe, expect, it } from 'vitest';
import { selectModel } from './select-model.ts';

describe('selectModel', () => {
  it('falls back to the built-in model without settings', () => {
    const selected = selectModel({});

    expect(selected).toMatchObject({ builtIn: true, notes: [] });
    expect(selected.describe()).toBe('built-in guide (no model configured)');
  });

  it.each([
    [{ openaiApiKey: 'k' }, 'OpenAI gpt-5.4-mini'],
    [{ anthropicApiKey: 'k' }, 'Anthropic claude-sonnet-5-5'],
    [{ googleApiKey: 'k' }, 'Google gemini-flash-latest'],
    [{ openaiApiKey: 'k', model: 'gpt-5.4' }, 'OpenAI gpt-5.4'],
    [
      { openaiBaseUrl: 'http://localhost:11434/v1', model: 'llama3.1:8b' },
      'OpenAI-compatible server llama3.1:8b',
    ],
    [
      { openaiBaseUrl: 'http://x/v1', model: 'meta-llama/Llama-3' },
      'OpenAI-compatible server meta-llama/Llama-3',
    ],
    [
      { openaiApiKey: 'k', anthropicApiKey: 'k', model: 'anthropic/claude-haiku-5-5' },
      'Anthropic claude-haiku-5-5',
    ],
  ])('chooses by %o', (settings, described) => {
    expect(selectModel(settings).describe()).toBe(described);
  });

  it('takes an empty setting for none', () => {
    expect(selectModel({ openaiApiKey: ' ', openaiBaseUrl: '', model: '' }).builtIn).toBe(true);
  });

  it('says when a model is named but its key is missing, and does not use another provider', () => {
    const selected = selectModel({ openaiApiKey: 'k', model: 'anthropic/claude-sonnet-5-5' });

    expect(selected.builtIn).toBe(true);
    expect(selected.notes).toEqual([expect.stringContaining('ANTHROPIC_API_KEY is not set')]);
  });

  it('says when several providers are configured and none is chosen', () => {
    const selected = selectModel({ openaiApiKey: 'k', googleApiKey: 'k' });

    expect(selected.provider).toBe('OpenAI');
    expect(selected.notes).toEqual([expect.stringContaining('Google is configured too')]);
  });

  it('says that it will ask the server for its models', () => {
    expect(selectModel({ openaiBaseUrl: 'http://localhost:8000/v1' }).notes).toEqual([
      expect.stringContaining('NETRA_MODEL is not set'),
    ]);
  });
});
