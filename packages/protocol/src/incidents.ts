import { z } from 'zod';
import { reasonCodeSchema } from './problem.ts';
import { idSchema, timeSchema } from './scalars.ts';

/** Failures of one root cause, as one thing to mend. */
export const incidentSchema = z.object({
  incident_id: idSchema,
  state: z.enum(['open', 'closed']),
  /** A word of a list that may grow; `unknown` where no rule fits. */
  root_cause: z.string(),
  /** The root cause in words for people. */
  title: z.string(),
  code: reasonCodeSchema,
  /** What sets incidents of one cause apart; may be empty. */
  discriminator: z.string(),
  opened_at: timeSchema,
  first_seen: timeSchema,
  last_seen: timeSchema,
  closed_at: timeSchema.optional(),
  count: z.int().nonnegative(),
  user_count: z.int().nonnegative(),
  /** The release under which it was first seen. */
  release: z.string().optional(),
  /** The one to look at: the latest. */
  example_attempt_id: idSchema,
});
export type IncidentBody = z.infer<typeof incidentSchema>;

/** `GET /v1/ops/incidents`: newest first. */
export const incidentPageSchema = z.object({ items: z.array(incidentSchema) });
