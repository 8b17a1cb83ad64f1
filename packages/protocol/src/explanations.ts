import { z } from 'zod';
import { reasonCodeSchema } from './problem.ts';
import { idSchema, timeSchema } from './scalars.ts';

/** What was looked at, what was found, and what should have been there. Never holds a secret. */
const observationSchema = z.object({
  source: z.string(),
  observed: z.string(),
  expected: z.string().optional(),
});

const whySchema = z.object({
  question: z.string(),
  answer: z.string(),
  evidence: z.array(observationSchema),
});

const causeSchema = z.object({
  /** A word of a list that may grow. */
  root_cause: z.string(),
  title: z.string(),
  confidence: z.number().min(0).max(1),
  /** Why the confidence is what it is. */
  reason: z.string(),
  /** `next`: another fault, which would refuse the client once the first is mended. */
  position: z.enum(['cause', 'next']),
  whys: z.array(whySchema),
  fix: z.object({ action: z.string(), command: z.string().optional() }),
  prevention: z.string(),
  location: z.string().optional(),
  release: z.string().optional(),
  first_seen: timeSchema.optional(),
});

/** `GET /v1/ops/attempts/{id}/explanation`: why an attempt, a connection or a run ended as it did. */
export const explanationSchema = z.object({
  attempt_id: idSchema,
  subject: z.object({ kind: z.enum(['attempt', 'connection', 'run']), id: idSchema }),
  at: timeSchema,
  code: reasonCodeSchema,
  summary: z.string(),
  /** Best first; may be empty. */
  causes: z.array(causeSchema),
  ruled_out: z.array(z.object({ root_cause: z.string(), because: z.string() })),
  path: z.array(z.object({ step: z.string(), outcome: z.string(), duration_ms: z.number() })),
  /** Why the first cause stands before the others. */
  ranking: z.string().optional(),
  incident_id: idSchema.optional(),
  /** What could not be looked at. */
  not_available: z
    .array(z.object({ probe: z.string(), because: z.enum(['failed', 'late', 'aborted']) }))
    .optional(),
});
export type ExplanationBody = z.infer<typeof explanationSchema>;
