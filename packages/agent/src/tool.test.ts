import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double } from './testing/test-agent.ts';
import { defineTool } from './tool.ts';

describe('defineTool', () => {
  it('refuses a name that model providers refuse', () => {
    expect(() =>
      defineTool({ name: 'my tool', description: '', input: z.object({}), execute: () => 1 }),
    ).toThrow(TypeError);
  });

  it('writes the JSON Schema of its input', () => {
    expect(double.inputSchema).toMatchObject({
      type: 'object',
      properties: { n: { type: 'number' } },
      required: ['n'],
    });
  });
});
