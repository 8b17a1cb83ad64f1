import type { ReasonCode } from '@netra/protocol';
import type { RootCause } from '../root-causes.ts';

/** Subjects of one cause, as one thing to mend. */
export type Incident = OpenIncident | ClosedIncident;

interface IncidentFacts {
  readonly incident_id: string;
  /** `unknown` where no rule fits: then those of one code belong together. */
  readonly root_cause: RootCause | 'unknown';
  readonly code: ReasonCode;
  /** What sets incidents of one cause apart: a place in the code, a key id, an origin; may be empty. */
  readonly discriminator: string;
  readonly opened_at: string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly count: number;
  /** Users affected; those after the first `MAX_COUNTED_USERS` are not counted. */
  readonly user_count: number;
  /** The release under which it was first seen. */
  readonly release?: string;
  /** The explained one to look at: the latest. */
  readonly example_attempt_id: string;
}

export interface OpenIncident extends IncidentFacts {
  readonly state: 'open';
}

export interface ClosedIncident extends IncidentFacts {
  readonly state: 'closed';
  readonly closed_at: string;
}

/** For the log and the webhook. `updated` comes at most once per `updateEveryMs`. */
export type IncidentEvent =
  | { readonly type: 'incident_opened' | 'incident_updated'; readonly incident: OpenIncident }
  | { readonly type: 'incident_closed'; readonly incident: ClosedIncident };

/** What one node saw of an incident. */
export interface IncidentSeen {
  readonly count: number;
  readonly users: readonly string[];
}

/** Where incidents are kept; the gateway implements it over PostgreSQL. */
export interface IncidentStore {
  /**
   * Opens it, or adds what this node saw since it last did to the one that is open for its cause. Gives that one, and whether
   * it is this node's.
   */
  add(
    incident: OpenIncident,
    seen: IncidentSeen,
  ): Promise<{ readonly incident: OpenIncident; readonly isFirst: boolean }>;
  /** Undefined where another node closed it, or has met it since. */
  close(incident: ClosedIncident, quietSinceMs: number): Promise<ClosedIncident | undefined>;
  findOpen(): Promise<readonly OpenIncident[]>;
  list(query: { readonly since?: string; readonly limit: number }): Promise<readonly Incident[]>;
}
