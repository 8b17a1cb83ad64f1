import type { ReasonCode } from '@netra/protocol';
import type { AttemptFacts, AttemptRecord } from '../attempt.ts';
import type { Evidence } from '../evidence.ts';
import type { ClosedConnection, FailedRun } from '../subject.ts';
import { attempt, relative } from './attempts.ts';
import type { Given } from './verdicts.ts';

export function refused(
  code: ReasonCode,
  facts: AttemptFacts = {},
  evidence: Evidence = {},
  more: Partial<AttemptRecord> = {},
): Given {
  return { subject: { kind: 'attempt', attempt: attempt(code, { facts, ...more }) }, evidence };
}

export function closed(
  code: ReasonCode,
  more: Partial<ClosedConnection> = {},
  evidence: Evidence = {},
): Given {
  const connection: ClosedConnection = {
    connection_id: 'con_1',
    attempt_id: 'att_1',
    at: relative(0),
    code,
    ended_by: 'server',
    age_ms: 300_000,
    silence_ms: 36_000,
    queued_bytes: 0,
    limits: {},
    client: {},
    ...more,
  };
  return { subject: { kind: 'connection', connection }, evidence };
}

export function failed(code: ReasonCode, more: Partial<FailedRun> = {}, evidence: Evidence = {}): Given {
  const run: FailedRun = {
    run_id: 'run_1',
    at: relative(0),
    code,
    agent: 'guide',
    duration_ms: 900,
    ...more,
  };
  return { subject: { kind: 'run', run }, evidence };
}
