import { eventDataSchemas, threadSchema } from '@netra/protocol';
import { z } from 'zod';

/**
 * What one process tells the others. Wake-ups only: the tables are the truth, and a lost message costs time,
 * never an event. `lagged`: anything since then may have been missed. A process tells itself so after a gap in its
 * connection, and the others when more waited than it could keep.
 */
export const busMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('events'), thread_id: z.string(), owner_id: z.string(), seq: z.int() }),
  z.object({
    kind: z.literal('notice'),
    owner_id: z.string(),
    type: z.enum(['thread_created', 'thread_updated', 'thread_deleted']),
    thread: threadSchema,
  }),
  z.object({ kind: z.literal('cancel'), run_id: z.string(), by: eventDataSchemas.agent_cancelled.shape.by }),
  z.object({
    kind: z.literal('connections'),
    node_id: z.string(),
    owner_id: z.string(),
    count: z.int().nonnegative(),
  }),
  z.object({ kind: z.literal('disconnect'), connection_id: z.string() }),
  z.object({ kind: z.literal('steer'), run_id: z.string() }),
  z.object({ kind: z.literal('lagged'), since_ms: z.number() }),
]);

export type BusMessage = z.infer<typeof busMessageSchema>;
export type BusListener = (message: BusMessage) => void;

/** Carries wake-ups between processes. Never delivers a process its own messages. */
export interface EventBus {
  /** Returns at once; messages of one tick travel together. Never throws. */
  publish(message: BusMessage): void;
  listen(listener: BusListener): void;
  /** Resolves when messages of other processes arrive. */
  start(): Promise<void>;
  stop(): Promise<void>;
}
