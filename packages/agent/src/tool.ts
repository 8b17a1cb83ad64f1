import { z } from 'zod';
import type { Turn } from './agent.ts';

/** What a tool may use while it works. */
export interface ToolContext {
  /** Aborts when the run is cancelled or the tool's time is over. */
  readonly signal: AbortSignal;
  readonly turn: Turn;
}

export interface ToolOptions<Input> {
  /** 1-64 letters, digits, `_` or `-`: what model providers accept. */
  readonly name: string;
  /** Read by the model to decide when to call it. */
  readonly description: string;
  /** A zod object; its JSON Schema is sent to the model, and each call is parsed by it. */
  readonly input: z.ZodType<Input>;
  /** One short sentence for the user about why it is called. */
  readonly purpose?: string | ((input: Input) => string);
  /** Default 30 000. */
  readonly timeoutMs?: number;
  /** The result (or what its promise gives) must be plain JSON. What it throws is told to the model and the user as a failed tool. */
  execute(input: Input, context: ToolContext): unknown;
}

/** A call whose arguments were parsed, ready to be executed once. */
export interface PreparedCall {
  readonly ok: true;
  readonly purpose?: string;
  execute(context: ToolContext): Promise<unknown>;
}

/** A tool with its input type erased, so that agents can hold a list of them. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  prepare(input: unknown): PreparedCall | { readonly ok: false; readonly detail: string };
}

const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const DEFAULT_TOOL_TIMEOUT_MS = 30_000;

/**
 * Makes a tool from a schema and a function.
 *
 * @throws {TypeError} when the name is one that model providers refuse.
 */
export function defineTool<Input>(options: ToolOptions<Input>): Tool {
  const { name, description, input: schema, purpose, timeoutMs = DEFAULT_TOOL_TIMEOUT_MS } = options;
  if (!TOOL_NAME.test(name)) throw new TypeError(`A tool's name must match ${TOOL_NAME}: ${name}`);
  return {
    name,
    description,
    timeoutMs,
    inputSchema: z.toJSONSchema(schema, { io: 'input' }),
    prepare(input) {
      const parsed = schema.safeParse(input);
      if (!parsed.success)
        return { ok: false, detail: `Invalid arguments: ${z.prettifyError(parsed.error)}` };
      const text = typeof purpose === 'function' ? purpose(parsed.data) : purpose;
      return {
        ok: true,
        ...(text === undefined ? {} : { purpose: text }),
        execute: async (context) => options.execute(parsed.data, context),
      };
    },
  };
}
