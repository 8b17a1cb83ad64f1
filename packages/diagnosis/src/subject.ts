import type { ReasonCode } from '@netra/protocol';
import type { AttemptClient, AttemptFacts, AttemptRecord } from './attempt.ts';

/** What can be explained: an attempt that was refused, a connection that was closed, a run that failed. */
export type Subject =
  | { readonly kind: 'attempt'; readonly attempt: AttemptRecord }
  | { readonly kind: 'connection'; readonly connection: ClosedConnection }
  | { readonly kind: 'run'; readonly run: FailedRun };

/** A connection that was open, and how it ended. */
export interface ClosedConnection {
  readonly connection_id: string;
  /** The attempt that opened it. */
  readonly attempt_id: string;
  /** When it ended, ISO 8601. */
  readonly at: string;
  /** `client_gone` when the client or the network ended it. */
  readonly code: ReasonCode;
  /** The number of the close frame; 1006 when there was none. */
  readonly close_code?: number;
  readonly ended_by: 'server' | 'client' | 'network';
  readonly age_ms: number;
  /** Since the last byte from the client. */
  readonly silence_ms: number;
  readonly queued_bytes: number;
  readonly limits: {
    readonly max_queued_bytes?: number;
    readonly max_age_ms?: number;
    readonly max_silence_ms?: number;
  };
  readonly client: AttemptClient;
  readonly user_id?: string;
  readonly facts?: AttemptFacts;
}

/** A run that did not complete. Holds no message text, no arguments and no results of tools. */
export interface FailedRun {
  readonly run_id: string;
  readonly at: string;
  readonly code: ReasonCode;
  readonly agent: string;
  /** `model`, `tool`, `approval`, `lease`, …: what the run was at. */
  readonly step?: string;
  readonly model?: string;
  readonly tool?: string;
  readonly duration_ms: number;
  /** The process that worked on it stopped renewing its lease. */
  readonly lease_lost_at?: string;
  readonly user_id?: string;
  readonly facts?: AttemptFacts;
}

export function idOf(subject: Subject): string {
  switch (subject.kind) {
    case 'attempt':
      return subject.attempt.attempt_id;
    case 'connection':
      return subject.connection.connection_id;
    case 'run':
      return subject.run.run_id;
  }
}

/** Any subject in the form of an attempt, so that a rule reads one shape. */
export function asAttempt(subject: Subject): AttemptRecord {
  if (subject.kind === 'attempt') return subject.attempt;
  if (subject.kind === 'connection') {
    const { attempt_id, at, code, client, user_id, facts } = subject.connection;
    return { attempt_id, at, code, client, steps: [], ...(user_id && { user_id }), ...(facts && { facts }) };
  }
  const { run_id, at, code, step, duration_ms, user_id, facts } = subject.run;
  const steps = step === undefined ? [] : [{ step, outcome: 'failed' as const, duration_ms }];
  return {
    attempt_id: run_id,
    at,
    code,
    client: {},
    steps,
    ...(user_id && { user_id }),
    ...(facts && { facts }),
  };
}
