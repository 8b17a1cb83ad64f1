import { z } from 'zod';
import { messageTextSchema, overlapSchema } from './client-frames.ts';
import { LIMITS } from './limits.ts';
import { messageSchema, runSchema, threadSchema } from './messages.ts';
import { permissionSchema, roleSchema } from './permissions.ts';
import { reasonCodeSchema } from './problem.ts';
import { idSchema, isWellFormed, NO_CONTROLS_PATTERN, timeSchema } from './scalars.ts';
import { threadEventSchema } from './thread-events.ts';

/** `{items, next_cursor?}`: the shape of every list. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next_cursor: z.string().optional() });
}
export interface Page<Item> {
  items: Item[];
  next_cursor?: string;
}

export const threadPageSchema = pageSchema(threadSchema);
export const messagePageSchema = pageSchema(messageSchema);
export const eventPageSchema = pageSchema(threadEventSchema);
export const agentSchema = z.object({
  name: z.string(),
  description: z.string(),
  model: z.string(),
  is_default: z.boolean(),
});
export type AgentInfo = z.infer<typeof agentSchema>;
export const agentPageSchema = pageSchema(agentSchema);

const titleSchema = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.maxTitleChars)
  .refine((title) => NO_CONTROLS_PATTERN.test(title), 'a title holds no control characters')
  .refine(isWellFormed, 'a title cannot hold half a surrogate pair');
const agentNameSchema = z.string().min(1).max(LIMITS.maxIdChars);

export const createThreadBodySchema = z.object({
  title: titleSchema.optional(),
  agent: agentNameSchema.optional(),
});
export type CreateThreadBody = z.infer<typeof createThreadBodySchema>;
export const updateThreadBodySchema = z.object({ title: titleSchema });
export type UpdateThreadBody = z.infer<typeof updateThreadBodySchema>;
export const startRunBodySchema = z.object({
  text: messageTextSchema,
  agent: agentNameSchema.optional(),
  overlap: overlapSchema.optional(),
});
/** `POST /v1/runs`: the thread may be named or, as in a `user_message`, be made for it. */
export const postMessageBodySchema = startRunBodySchema.extend({ thread_id: idSchema.optional() });
export type StartRunBody = z.infer<typeof startRunBodySchema>;
export const startRunResponseSchema = z.object({
  thread_id: idSchema,
  message_id: idSchema,
  run_id: idSchema,
  epoch: z.string(),
  seq: z.int().positive(),
  run: runSchema,
});
export const decideApprovalBodySchema = z.object({
  decision: z.enum(['approve', 'reject']),
  arguments: z.record(z.string(), z.unknown()).optional(),
});

export const ticketBodySchema = z.object({ previous_ticket: z.string().max(LIMITS.maxIdChars).optional() });
export const ticketResponseSchema = z.object({
  ticket: z.string(),
  expires_in_ms: z.int().positive(),
  ws_url: z.string(),
  /** Whom the ticket is for: what a client without a WebSocket is not told by `connection_established`. */
  user_id: z.string(),
  session_id: z.string(),
  roles: z.array(roleSchema),
  permissions: z.array(permissionSchema),
  token_expires_at: timeSchema,
});
export type TicketResponse = z.infer<typeof ticketResponseSchema>;

export const signedInUserSchema = z.object({
  user_id: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(roleSchema),
  permissions: z.array(permissionSchema),
});
export type SignedInUser = z.infer<typeof signedInUserSchema>;
export const tokenResponseSchema = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().positive(),
  token_expires_at: timeSchema,
  user: signedInUserSchema,
});
export type TokenResponse = z.infer<typeof tokenResponseSchema>;
export const validateResponseSchema = z.object({
  valid: z.literal(true),
  user_id: z.string(),
  session_id: z.string(),
  roles: z.array(roleSchema),
  permissions: z.array(permissionSchema),
  token_expires_at: timeSchema,
  environment: z.string(),
});
export type ValidateResponse = z.infer<typeof validateResponseSchema>;

/** What the auth service tells other services about a user. */
export const directoryUserSchema = z.object({
  user_id: z.string(),
  active: z.boolean(),
  roles: z.array(roleSchema),
  permissions: z.array(permissionSchema),
  email: z.string().optional(),
  name: z.string().optional(),
});
export type DirectoryUser = z.infer<typeof directoryUserSchema>;
export const serviceTokenResponseSchema = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().positive(),
});

/** What whoever holds the id of an attempt may know about it. */
export const attemptSummarySchema = z.object({
  attempt_id: idSchema,
  at: timeSchema,
  code: reasonCodeSchema,
  meaning: z.string(),
  fix: z.string(),
});
export type AttemptSummary = z.infer<typeof attemptSummarySchema>;
