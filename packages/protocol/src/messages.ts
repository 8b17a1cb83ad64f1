import { z } from 'zod';
import { reasonCodeSchema } from './problem.ts';
import { idSchema, timeSchema } from './scalars.ts';

const jsonObjectSchema = z.record(z.string(), z.unknown());

/** Where a result above 64 KiB can be fetched with the same bearer. */
export const resultRefSchema = z.object({
  url: z.string(),
  bytes: z.int().nonnegative(),
  media_type: z.string(),
});

/** Why a tool call gave no result: `code` is `tool_failed` or the code of what cut the run. */
export const toolErrorSchema = z.object({ code: reasonCodeSchema, detail: z.string() });
export type ToolError = z.infer<typeof toolErrorSchema>;

export const usageSchema = z.object({
  input_tokens: z.int().nonnegative(),
  output_tokens: z.int().nonnegative(),
  cost_usd: z.number().nonnegative().optional(),
});
export type Usage = z.infer<typeof usageSchema>;

/** Left out for its size: the beginning of a thought, or the arguments and the result of a call. The events have all of it. */
const truncatedSchema = z.literal(true).optional();

const thinkingPartSchema = z.object({
  type: z.literal('thinking'),
  text: z.string(),
  step: z.int().optional(),
  truncated: truncatedSchema,
});
const textPartSchema = z.object({ type: z.literal('text'), text: z.string() });
const toolPartSchema = z.object({
  type: z.literal('tool'),
  tool_call_id: idSchema,
  tool_name: z.string(),
  arguments: jsonObjectSchema,
  purpose: z.string().optional(),
  ok: z.boolean().optional(),
  result: z.unknown().optional(),
  result_ref: resultRefSchema.optional(),
  error: toolErrorSchema.optional(),
  duration_ms: z.number().nonnegative().optional(),
  truncated: truncatedSchema,
});

/** One piece of what an agent did, in the order in which it did it. A tool without `ok` is still running. */
export const messagePartSchema = z.discriminatedUnion('type', [
  thinkingPartSchema,
  toolPartSchema,
  textPartSchema,
]);
export type MessagePart = z.infer<typeof messagePartSchema>;
export type ToolPart = z.infer<typeof toolPartSchema>;

export const threadSchema = z.object({
  thread_id: idSchema,
  title: z.string(),
  agent: z.string().optional(),
  created_at: timeSchema,
  updated_at: timeSchema,
  last_seq: z.int().nonnegative(),
  epoch: z.string().min(1).max(64),
});
export type Thread = z.infer<typeof threadSchema>;

export const messageSchema = z.object({
  message_id: idSchema,
  thread_id: idSchema,
  run_id: idSchema.optional(),
  role: z.enum(['user', 'agent']),
  /** Of an answer: the name of the agent that gave it. */
  agent: z.string().optional(),
  text: z.string(),
  status: z.enum(['complete', 'partial']),
  /** Of a partial answer whose run failed: why. */
  code: reasonCodeSchema.optional(),
  created_at: timeSchema,
  parts: z.array(messagePartSchema).optional(),
});
export type Message = z.infer<typeof messageSchema>;

export const RUN_STATUSES = [
  'queued',
  'running',
  'waiting_approval',
  'completed',
  'failed',
  'cancelled',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const runSchema = z.object({
  run_id: idSchema,
  thread_id: idSchema,
  agent: z.string(),
  status: z.enum(RUN_STATUSES),
  code: reasonCodeSchema.optional(),
  created_at: timeSchema,
  started_at: timeSchema.optional(),
  ended_at: timeSchema.optional(),
  usage: usageSchema.optional(),
});
export type Run = z.infer<typeof runSchema>;

/** A run that has not ended, as far as it got: what a late joiner needs to draw it. */
export const openRunSchema = z.object({
  run_id: idSchema,
  status: z.enum(RUN_STATUSES),
  agent: z.string(),
  message_id: idSchema.optional(),
  text: z.string(),
  open_tools: z.array(
    toolPartSchema.pick({ tool_call_id: true, tool_name: true, arguments: true, purpose: true }),
  ),
  open_approvals: z.array(
    z.object({
      approval_id: idSchema,
      tool_call_id: idSchema,
      tool_name: z.string(),
      arguments: jsonObjectSchema,
      expires_at: timeSchema,
    }),
  ),
  parts: z.array(messagePartSchema).optional(),
});
export type OpenRun = z.infer<typeof openRunSchema>;

/** The state of a thread at `last_seq`; events after it continue from there. */
export const snapshotSchema = z.object({
  thread: threadSchema,
  messages: z.array(messageSchema),
  older_cursor: z.string().optional(),
  last_seq: z.int().nonnegative(),
  runs: z.array(openRunSchema),
});
export type Snapshot = z.infer<typeof snapshotSchema>;
