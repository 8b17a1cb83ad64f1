import { type ConfigFact, explain, gatherEvidence, type Probes, type ReportInput } from '@netra/diagnosis';
import type { Pool } from 'pg';
import { findStored, readRecent } from '../attempts/attempt-queries.ts';
import { findStoredConnection } from './closed-connections.ts';
import { askDatabase, NEARBY_ATTEMPTS, startProblems } from './evidence-probes.ts';
import { exceptionHistory } from './exception-history.ts';
import { createFindSubject } from './find-subject.ts';
import { modelFailureOf } from './model-failure.ts';
import { relatedTo } from './related-attempts.ts';

export interface ExplainStoredOptions {
  /** Its search_path is the gateway's schema. It is only read from. */
  pool: Pool;
  /** Of an attempt, a connection or a run. */
  id: string;
  /** What `netra config check` says on this machine. */
  configFacts: readonly ConfigFact[];
  now: () => number;
}

/**
 * The explanation from what is stored, without a gateway: for whoever it lets in no more, or when it is down. Undefined
 * where nothing of this id is stored.
 */
export async function explainStored(options: ExplainStoredOptions): Promise<ReportInput | undefined> {
  const { pool, id, configFacts, now } = options;
  const attempts = { recent: (query: { limit: number }) => readRecent(pool, query) };
  const findSubject = createFindSubject({
    attempts: { find: (attemptId) => findStored(pool, attemptId) },
    closed: { find: (connectionId) => findStoredConnection(pool, connectionId) },
    pool,
  });
  const subject = await findSubject(id);
  if (subject === undefined) return undefined;
  const probes: Probes = {
    config: async () => [...configFacts, ...(await startProblems(pool))],
    nearby_attempts: () => attempts.recent({ limit: NEARBY_ATTEMPTS }),
    exception_history: () => exceptionHistory(subject, { attempts, startedAtMs: now(), now }),
    database: () => askDatabase(pool),
    models: async () => (subject.kind === 'run' ? modelFailureOf(pool, subject.run.run_id) : undefined),
  };
  const explanation = explain(subject, await gatherEvidence(subject, probes));
  return { explanation, ...(await relatedTo(explanation, { attempts, now })) };
}
