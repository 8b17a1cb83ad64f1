/** What an agent needs of a language model: one step of a conversation, streamed. */
export interface ChatModel {
  /** The provider's name for people, e.g. `OpenAI`. */
  readonly provider: string;
  /** The model's id at the provider. */
  readonly name: string;
  /**
   * Streams one step. Ends without `finish` only when `signal` aborts.
   *
   * @throws {AgentError} when the model cannot answer.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
}

export interface ModelRequest {
  readonly instructions: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelTool[];
}

export interface ModelTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface ModelToolCall {
  readonly toolCallId: string;
  readonly toolName: string;
  /** Parsed JSON, not yet checked against the schema. A string when the model wrote no valid JSON. */
  readonly arguments: unknown;
}

export interface ModelToolResult {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly ok: boolean;
  /** The result, or what went wrong. */
  readonly value: unknown;
}

export type ModelMessage =
  | { readonly role: 'user'; readonly text: string }
  | {
      readonly role: 'assistant';
      readonly text: string;
      readonly toolCalls: readonly ModelToolCall[];
      /** The adapter's own form of this message (signatures of reasoning and the like), for it alone to read. */
      readonly native?: unknown;
    }
  | { readonly role: 'tool'; readonly results: readonly ModelToolResult[] };

export type ModelPart =
  | { readonly type: 'thinking'; readonly text: string }
  | { readonly type: 'text'; readonly text: string }
  | ({ readonly type: 'tool_call' } & ModelToolCall)
  | ({ readonly type: 'finish' } & ModelFinish);

export interface ModelFinish {
  /** `stop`: done or tools wanted; `length`: cut off; `refused`: the provider's filter stepped in. */
  readonly reason: 'stop' | 'length' | 'refused';
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly native?: unknown;
}
