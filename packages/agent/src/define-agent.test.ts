import { describe, expect, it } from 'vitest';
import { defineAgent } from './define-agent.ts';
import type { ChatModel } from './models/model.ts';
import { scriptedModel } from './testing/scripted-model.ts';
import { double } from './testing/test-agent.ts';

describe('defineAgent', () => {
  const parts = { description: '', instructions: '' };

  it('refuses a name that no URL or log would like', () => {
    expect(() => defineAgent({ ...parts, name: 'My Agent' })).toThrow(TypeError);
  });

  it('refuses two tools of one name', () => {
    expect(() => defineAgent({ ...parts, name: 'test', tools: [double, double] })).toThrow(
      'two tools named double',
    );
  });

  it('takes the default model of an installation only when it has none of its own', () => {
    const own = scriptedModel();
    const fallback: ChatModel = { ...scriptedModel(), provider: 'Fallback' };

    expect(defineAgent({ ...parts, name: 'test' }).withDefaultModel?.(fallback).modelName).toBe(
      'Fallback model',
    );
    expect(defineAgent({ ...parts, name: 'test', model: own }).withDefaultModel?.(fallback).modelName).toBe(
      'Scripted model',
    );
  });
});
