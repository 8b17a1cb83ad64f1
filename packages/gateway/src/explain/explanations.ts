import {
  type ClosedConnection,
  type Explanation,
  explain,
  gatherEvidence,
  type Probes,
  type Subject,
} from '@netra/diagnosis';
import type { ReasonCode, ThreadEvent } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { Attempts } from '../attempts/attempts.ts';
import { createAnnounceIncident } from './announce-incident.ts';
import { createClosedConnections } from './closed-connections.ts';
import { createEvidenceProbes, type EvidenceProbesOptions } from './evidence-probes.ts';
import { exceptionHistory } from './exception-history.ts';
import { EXPLAIN_BUDGET_MS } from './explain-budget.ts';
import type { ExplainRouteOptions } from './explain-route.ts';
import { createFindSubject } from './find-subject.ts';
import { createIncidentStore } from './incident-store.ts';
import { createIncidents } from './incidents.ts';

/** Ends that say of something that it does not work, and not of somebody that they may not stay. */
const TROUBLED_ENDS: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'client_gone',
  'heartbeat_lost',
  'slow_consumer',
  'internal_error',
]);

export interface ExplanationsOptions extends EvidenceProbesOptions {
  environment: string;
  version: string | undefined;
  /** Told of incidents; absent: only the log is. */
  incidentWebhookUrl: string | undefined;
  publicUrl: string;
  /** Told of the root cause of each refusal that was explained. */
  onExplained: (rootCause: string) => void;
  log: Logger;
}

export interface Explanations {
  /** The same attempts, and what is recorded there is explained too. */
  attempts: Attempts;
  /** Keeps how a connection ended. */
  onClosed: (closed: ClosedConnection) => void;
  /** Takes up the runs that failed. */
  onStored: (events: readonly ThreadEvent[]) => void;
  explain: (subject: Subject) => Promise<Explanation>;
  /** What the routes are made of. */
  parts: Pick<ExplainRouteOptions, 'findSubject' | 'probes' | 'incidents' | 'environment' | 'version'>;
  /** The root causes of open incidents, one entry for each. */
  openCauses: () => readonly string[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The room that says why: evidence, explanations and incidents of one gateway. */
export function createExplanations(options: ExplanationsOptions): Explanations {
  const {
    pool,
    attempts,
    environment,
    version,
    incidentWebhookUrl: webhookUrl,
    publicUrl,
    now,
    log,
  } = options;
  const evidence = createEvidenceProbes(options);
  const startedAtMs = now();
  const startedAt = new Date(startedAtMs).toISOString();
  const closed = createClosedConnections({ pool, now, log });
  const probes: Probes = {
    ...evidence.probes,
    exception_history: async (subject) => exceptionHistory(subject, { attempts, startedAtMs, now }),
    releases: async () => (version === undefined ? [] : [{ release: version, at: startedAt }]),
    nearby_closes: async (subject) =>
      subject.kind === 'connection' ? closed.cutNear(subject.connection) : undefined,
  };
  const incidents = createIncidents({
    probes,
    store: createIncidentStore(pool),
    onExplained(attemptId, rootCause) {
      attempts.noteCause(attemptId, rootCause);
      options.onExplained(rootCause);
    },
    announce: createAnnounceIncident({ webhookUrl, publicUrl, log }),
    release: version,
    now,
    log,
  });
  const findSubject = createFindSubject({ attempts, closed, pool });
  return {
    attempts: {
      ...attempts,
      record(attempt) {
        attempts.record(attempt);
        incidents.watch(async () => ({ kind: 'attempt', attempt }));
      },
    },
    onClosed(connection) {
      closed.record(connection);
      if (TROUBLED_ENDS.has(connection.code) && connection.ended_by !== 'client')
        incidents.watch(async () => ({ kind: 'connection', connection }), { isMinor: true });
    },
    onStored(events) {
      for (const { type, run_id: runId } of events)
        if (type === 'agent_failed' && runId !== undefined) incidents.watch(() => findSubject(runId));
    },
    explain: async (subject) =>
      explain(subject, await gatherEvidence(subject, probes, { budgetMs: EXPLAIN_BUDGET_MS })),
    parts: {
      findSubject,
      probes,
      incidents,
      environment,
      version,
    },
    openCauses: () => incidents.openCauses(),
    start: () => incidents.start(),
    async stop() {
      await Promise.all([incidents.stop(), closed.stop()]);
      evidence.stop();
    },
  };
}
