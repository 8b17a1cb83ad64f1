import { z } from 'zod';
import { SUBPROTOCOL } from './limits.ts';
import { snapshotSchema, threadSchema } from './messages.ts';
import { permissionSchema, roleSchema } from './permissions.ts';
import { reasonCodeSchema, retrySchema } from './problem.ts';
import { clientRefSchema, idSchema, timeSchema } from './scalars.ts';
import { type ThreadEvent, threadEventSchemas } from './thread-events.ts';

const base = { at: timeSchema };
const optionalRef = { ref: clientRefSchema.optional() };
const durationMs = z.int().nonnegative();

const connectionFrameSchemas = [
  z.object({
    type: z.literal('connection_established'),
    ...base,
    connection_id: idSchema,
    user_id: z.string(),
    session_id: z.string(),
    roles: z.array(roleSchema),
    permissions: z.array(permissionSchema),
    token_expires_at: timeSchema,
    heartbeat_ms: durationMs,
    max_frame_bytes: z.int().positive(),
    protocol: z.literal(SUBPROTOCOL),
    server_time: timeSchema,
    attempt_id: idSchema,
  }),
  z.object({
    type: z.literal('ack'),
    ...base,
    ...optionalRef,
    thread_id: idSchema.optional(),
    message_id: idSchema.optional(),
    run_id: idSchema.optional(),
    epoch: z.string().optional(),
    seq: z.int().positive().optional(),
  }),
  z.object({ type: z.literal('pong'), ...base, ...optionalRef }),
  z.object({ type: z.literal('heartbeat'), ...base }),
  z.object({
    type: z.literal('error'),
    ...base,
    ...optionalRef,
    code: reasonCodeSchema,
    detail: z.string(),
    fix: z.string(),
    retry: retrySchema,
  }),
  z.object({ type: z.literal('token_expiring'), ...base, token_expires_at: timeSchema }),
  z.object({ type: z.literal('token_renewed'), ...base, ...optionalRef, token_expires_at: timeSchema }),
  z.object({
    type: z.literal('subscribed'),
    ...base,
    ...optionalRef,
    thread_id: idSchema,
    epoch: z.string(),
    last_seq: z.int().nonnegative(),
    recovered: z.boolean(),
    snapshot: snapshotSchema.optional(),
  }),
  z.object({ type: z.literal('thread_created'), ...base, thread: threadSchema }),
  z.object({ type: z.literal('thread_updated'), ...base, thread: threadSchema }),
  z.object({ type: z.literal('thread_deleted'), ...base, thread: threadSchema }),
  z.object({ type: z.literal('draining'), ...base, reconnect_after_ms: durationMs }),
] as const;

const connectionFrameSchema = z.discriminatedUnion('type', connectionFrameSchemas);
/** A frame about the connection itself, or about the list of threads. */
export type ConnectionFrame = z.infer<typeof connectionFrameSchema>;

/** A frame from the server. Clients ignore types and fields that they do not know. */
export const serverFrameSchema = z.discriminatedUnion('type', [
  ...connectionFrameSchemas,
  ...threadEventSchemas,
]);
export type ServerFrame = ConnectionFrame | ThreadEvent;
export type ServerFrameType = ServerFrame['type'];

/** What an accepted message is answered with, in the `ack` frame and over REST. */
export interface MessageAck {
  thread_id: string;
  message_id: string;
  run_id: string;
  epoch: string;
  seq: number;
}
