import { reasonCodeSchema } from '@netra/protocol';
import { z } from 'zod';
import type { TurnUser } from '../agent.ts';

/**
 * The guide's only view of the installation, handed in by whoever composes it.
 * Results go to the user and to the model as they are: small plain JSON in wire names,
 * holding nothing the given user may not know.
 */
export interface GuideProbes {
  whoAmI(user: TurnUser): Promise<WhoAmI>;
  serviceStatus(): Promise<ServiceStatus>;
  /** Of a user who is no operator, always their own. */
  recentRefusals(scope: ProbeScope & RefusalFilter): Promise<RecentRefusals>;
  /** Of an attempt, a connection or a run. Undefined when there is none, or it is not this user's to see. */
  explainAttempt(scope: ProbeScope & { readonly attemptId: string }): Promise<ExplainedAttempt | undefined>;
  searchDocs(query: string): Promise<readonly DocsHit[]>;
}

export interface ProbeScope {
  readonly user: TurnUser;
  /** Whether the user holds `ops:read`: sees everybody's attempts and the explanation for operators. */
  readonly operator: boolean;
}

interface RefusalFilter {
  /** Of this user only. */
  readonly userId?: string;
  readonly withinHours?: number;
  /** As an explanation names it, e.g. `auth_down`. */
  readonly rootCause?: string;
}

export const whoAmISchema = z.object({
  user_id: z.string(),
  email: z.string().optional(),
  name: z.string().optional(),
  roles: z.array(z.string()).readonly(),
  permissions: z.array(z.string()).readonly(),
  environment: z.string().optional(),
  open_connections: z.number().optional(),
});
export type WhoAmI = z.infer<typeof whoAmISchema>;

export const serviceStatusSchema = z.object({
  healthy: z.boolean(),
  checks: z
    .array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        detail: z.string().optional(),
        duration_ms: z.number().optional(),
      }),
    )
    .readonly(),
  environment: z.string().optional(),
  version: z.string().optional(),
  uptime_ms: z.number().optional(),
  open_connections: z.number().optional(),
  open_runs: z.number().optional(),
});
export type ServiceStatus = z.infer<typeof serviceStatusSchema>;

const refusedAttemptSchema = z.object({
  attempt_id: z.string(),
  /** ISO 8601. */
  at: z.string(),
  code: reasonCodeSchema,
  detail: z.string().optional(),
  /** Only in scope `all`. */
  user_id: z.string().optional(),
  /** Only in scope `all`, and once it was explained. */
  root_cause: z.string().optional(),
});

export const recentRefusalsSchema = z.object({
  scope: z.enum(['own', 'all']),
  /** How far back was looked, ISO 8601. */
  since: z.string().optional(),
  /** Newest first. */
  refusals: z.array(refusedAttemptSchema).readonly(),
});
export type RecentRefusals = z.infer<typeof recentRefusalsSchema>;

/** The part of an explanation (PROTOCOL §7) that the guide reads; an `Explanation` of diagnosis fits. */
const attemptExplanationSchema = z.object({
  summary: z.string(),
  causes: z
    .array(
      z.object({
        root_cause: z.string(),
        confidence: z.number(),
        whys: z.array(z.object({ question: z.string(), answer: z.string() })).readonly(),
        fix: z.object({ action: z.string(), command: z.string().optional() }),
      }),
    )
    .readonly(),
  ruled_out: z.array(z.object({ root_cause: z.string(), because: z.string() })).readonly(),
  path: z.array(z.object({ step: z.string(), outcome: z.string(), duration_ms: z.number() })).readonly(),
});
export type AttemptExplanation = z.infer<typeof attemptExplanationSchema>;

/** For everybody: what a client may know. `explanation` only for operators. */
export const explainedAttemptSchema = z.object({
  attempt_id: z.string(),
  at: z.string(),
  code: reasonCodeSchema,
  detail: z.string().optional(),
  explanation: attemptExplanationSchema.optional(),
  /** Others of the same root cause, for operators. */
  related: z
    .object({
      count: z.number(),
      users_affected: z.number(),
      first_seen: z.string(),
      last_seen: z.string(),
    })
    .optional(),
});
export type ExplainedAttempt = z.infer<typeof explainedAttemptSchema>;

export const docsHitSchema = z.object({
  /** The document's own title. */
  title: z.string(),
  /** The section's heading; the title for the part before the first one. */
  heading: z.string(),
  /** Relative to the project, e.g. `docs/getting-started.md`. */
  path: z.string(),
  excerpt: z.string(),
  /** Relevance; comparable only within one search. */
  score: z.number(),
});
export type DocsHit = z.infer<typeof docsHitSchema>;
