import { z } from 'zod';
import { resultRefSchema, toolErrorSchema, usageSchema } from './messages.ts';
import { reasonCodeSchema } from './problem.ts';
import { clientRefSchema, idSchema, timeSchema } from './scalars.ts';

/** At most `maxArgumentsBytes` as JSON: the arguments of a larger call are empty, and `truncated` says so. */
const argumentsSchema = z.record(z.string(), z.unknown());
const durationSchema = z.number().nonnegative();

/** The `data` of each event about a thread. These are the only types. */
export const eventDataSchemas = {
  user_message: z.object({ message_id: idSchema, text: z.string(), ref: clientRefSchema }),
  agent_started: z.object({ agent: z.string(), model: z.string(), parent_run_id: idSchema.optional() }),
  agent_thinking: z.object({ text: z.string(), step: z.int().optional() }),
  tool_executing: z.object({
    tool_call_id: idSchema,
    tool_name: z.string(),
    arguments: argumentsSchema,
    purpose: z.string().optional(),
    truncated: z.literal(true).optional(),
  }),
  tool_completed: z.object({
    tool_call_id: idSchema,
    tool_name: z.string(),
    ok: z.boolean(),
    result: z.unknown().optional(),
    result_ref: resultRefSchema.optional(),
    error: toolErrorSchema.optional(),
    duration_ms: durationSchema,
  }),
  agent_message: z.object({ message_id: idSchema, delta: z.string(), reset: z.literal(true).optional() }),
  approval_requested: z.object({
    approval_id: idSchema,
    tool_call_id: idSchema,
    tool_name: z.string(),
    arguments: argumentsSchema,
    expires_at: timeSchema,
  }),
  approval_resolved: z.object({
    approval_id: idSchema,
    decision: z.enum(['approve', 'reject', 'expired', 'cancelled']),
    by: z.string(),
  }),
  agent_completed: z.object({
    message_id: idSchema,
    text: z.string(),
    usage: usageSchema.optional(),
    duration_ms: durationSchema,
  }),
  agent_failed: z.object({
    code: reasonCodeSchema,
    detail: z.string(),
    fix: z.string(),
    retryable: z.boolean(),
    message_id: idSchema.optional(),
    text: z.string().optional(),
    duration_ms: durationSchema,
  }),
  agent_cancelled: z.object({
    by: z.enum(['user', 'operator', 'interrupt', 'system']),
    message_id: idSchema.optional(),
    text: z.string().optional(),
    duration_ms: durationSchema,
  }),
} as const;

export type ThreadEventType = keyof typeof eventDataSchemas;
export type EventData<T extends ThreadEventType> = z.infer<(typeof eventDataSchemas)[T]>;

/** The types that end a run: exactly one of them, whatever happens to the process that runs it. */
export const TERMINAL_EVENT_TYPES = ['agent_completed', 'agent_failed', 'agent_cancelled'] as const;
export type TerminalEventType = (typeof TERMINAL_EVENT_TYPES)[number];

export function isTerminalEventType(type: string): type is TerminalEventType {
  return (TERMINAL_EVENT_TYPES as readonly string[]).includes(type);
}

interface EventEnvelope {
  event_id: string;
  thread_id: string;
  run_id: string;
  seq: number;
  epoch: string;
  at: string;
  agent: string;
}

/** One event of a thread's log, as it goes over the wire; the type says what `data` holds. */
export type ThreadEvent = {
  [T in ThreadEventType]: EventEnvelope & { type: T; data: EventData<T> };
}[ThreadEventType];

/** An event before the log gave it a place: what a run produces. */
export type EventBody = { [T in ThreadEventType]: { type: T; data: EventData<T> } }[ThreadEventType];

const envelopeShape = {
  event_id: idSchema,
  thread_id: idSchema,
  run_id: idSchema,
  seq: z.int().positive(),
  epoch: z.string().min(1).max(64),
  at: timeSchema,
  agent: z.string(),
};

function eventSchema<T extends ThreadEventType>(type: T) {
  return z.object({ type: z.literal(type), ...envelopeShape, data: eventDataSchemas[type] });
}

export const threadEventSchemas = [
  eventSchema('user_message'),
  eventSchema('agent_started'),
  eventSchema('agent_thinking'),
  eventSchema('tool_executing'),
  eventSchema('tool_completed'),
  eventSchema('agent_message'),
  eventSchema('approval_requested'),
  eventSchema('approval_resolved'),
  eventSchema('agent_completed'),
  eventSchema('agent_failed'),
  eventSchema('agent_cancelled'),
] as const;

export const threadEventSchema = z.discriminatedUnion('type', threadEventSchemas);

export const THREAD_EVENT_TYPES = threadEventSchemas.map((schema) => schema.shape.type.value);
