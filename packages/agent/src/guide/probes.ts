import type { ReasonCode } from '@netra/protocol';
import type { TurnUser } from '../agent.ts';

/**
 * The guide's only view of the installation, handed in by whoever composes it.
 * Results go to the user and to the model as they are: small plain JSON in wire names,
 * holding nothing the given user may not know.
 */
export interface GuideProbes {
  whoAmI(user: TurnUser): Promise<WhoAmI>;
  serviceStatus(): Promise<ServiceStatus>;
  recentRefusals(scope: ProbeScope): Promise<RecentRefusals>;
  /** Undefined when there is no such attempt, or it is not this user's to see. */
  explainAttempt(scope: ProbeScope & { readonly attemptId: string }): Promise<ExplainedAttempt | undefined>;
  searchDocs(query: string): Promise<readonly DocsHit[]>;
}

export interface ProbeScope {
  readonly user: TurnUser;
  /** Whether the user holds `ops:read`: sees everybody's attempts and the explanation for operators. */
  readonly operator: boolean;
}

export interface WhoAmI {
  readonly user_id: string;
  readonly email?: string;
  readonly name?: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly environment?: string;
  readonly open_connections?: number;
}

export interface ServiceStatus {
  readonly healthy: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly detail?: string;
    readonly duration_ms?: number;
  }[];
  readonly environment?: string;
  readonly version?: string;
  readonly uptime_ms?: number;
  readonly open_connections?: number;
  readonly open_runs?: number;
}

export interface RecentRefusals {
  readonly scope: 'own' | 'all';
  /** How far back was looked, ISO 8601. */
  readonly since?: string;
  /** Newest first. */
  readonly refusals: readonly {
    readonly attempt_id: string;
    readonly at: string;
    readonly code: ReasonCode;
    readonly detail?: string;
    readonly user_id?: string;
  }[];
}

/** For everybody: what a client may know. `explanation` only for operators. */
export interface ExplainedAttempt {
  readonly attempt_id: string;
  readonly at: string;
  readonly code: ReasonCode;
  readonly detail?: string;
  readonly explanation?: AttemptExplanation;
}

/** The part of an explanation (PROTOCOL §7) that the guide reads; an `Explanation` of diagnosis fits. */
export interface AttemptExplanation {
  readonly summary: string;
  readonly causes: readonly {
    readonly root_cause: string;
    readonly confidence: number;
    readonly whys: readonly { readonly question: string; readonly answer: string }[];
    readonly fix: { readonly action: string; readonly command?: string };
  }[];
  readonly ruled_out: readonly { readonly root_cause: string; readonly because: string }[];
  readonly path: readonly { readonly step: string; readonly outcome: string; readonly duration_ms: number }[];
}

export interface DocsHit {
  /** The document's own title. */
  readonly title: string;
  /** The section's heading; the title for the part before the first one. */
  readonly heading: string;
  /** Relative to the project, e.g. `docs/getting-started.md`. */
  readonly path: string;
  readonly excerpt: string;
  /** Relevance; comparable only within one search. */
  readonly score: number;
}
