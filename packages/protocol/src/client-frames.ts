import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { clientRefSchema, idSchema, isWellFormed } from './scalars.ts';

/** What happens to a new message while a run of the thread is still open. */
export const OVERLAPS = ['enqueue', 'reject', 'interrupt', 'steer'] as const;
export const overlapSchema = z.enum(OVERLAPS);
export type Overlap = z.infer<typeof overlapSchema>;

export const messageTextSchema = z
  .string()
  .max(LIMITS.maxMessageChars)
  .refine((text) => text.trim() !== '', 'a message needs some text')
  .refine((text) => !text.includes('\u0000'), 'a message cannot hold the character U+0000')
  .refine(isWellFormed, 'a message cannot hold half a surrogate pair');

const optionalRef = { id: clientRefSchema.optional() };

export const clientFrameSchemas = [
  z.object({ type: z.literal('ping'), ...optionalRef }),
  z.object({
    type: z.literal('user_message'),
    id: clientRefSchema,
    text: messageTextSchema,
    thread_id: idSchema.optional(),
    agent: z.string().min(1).max(LIMITS.maxIdChars).optional(),
    overlap: overlapSchema.optional(),
  }),
  z.object({
    type: z.literal('subscribe'),
    ...optionalRef,
    thread_id: idSchema,
    epoch: z.string().min(1).max(64).optional(),
    after_seq: z.int().nonnegative().optional(),
  }),
  z.object({ type: z.literal('unsubscribe'), ...optionalRef, thread_id: idSchema }),
  z.object({ type: z.literal('cancel_run'), ...optionalRef, run_id: idSchema }),
  z.object({
    type: z.literal('decide_approval'),
    ...optionalRef,
    run_id: idSchema,
    approval_id: idSchema,
    decision: z.enum(['approve', 'reject']),
    arguments: z.record(z.string(), z.unknown()).optional(),
  }),
  z.object({
    type: z.literal('renew_token'),
    ...optionalRef,
    // As long as a frame may be: the verifier says `token_too_large`, as it does for the other carriers.
    token: z.string().min(1).max(LIMITS.maxClientFrameBytes),
  }),
] as const;

/** A frame from the client. Unknown fields are ignored, unknown types refused. */
export const clientFrameSchema = z.discriminatedUnion('type', clientFrameSchemas);
export type ClientFrame = z.infer<typeof clientFrameSchema>;
export type ClientFrameType = ClientFrame['type'];

export const CLIENT_FRAME_TYPES: readonly ClientFrameType[] = clientFrameSchemas.map(
  (schema) => schema.shape.type.value,
);
