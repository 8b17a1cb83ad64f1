import { setImmediate } from 'node:timers/promises';
import {
  type Explanation,
  explain,
  gatherEvidence,
  type Incident,
  type IncidentEvent,
  type IncidentStore,
  type Probes,
  rootCauseOf,
  type Subject,
} from '@netra/diagnosis';
import type { Logger } from '@netra/service';
import { pause } from '../pause.ts';
import { userOf } from './evidence-probes.ts';
import { EXPLAIN_BUDGET_MS } from './explain-budget.ts';
import { createIncidentLedger } from './incident-ledger.ts';

/** So many refusals wait to be explained; more are only counted. */
const MAX_WAITING = 100;
/** Ends of connections come by thousands when a network breaks, and must not keep refusals waiting. */
const MAX_MINOR_WAITING = 5;
/** One explanation at a time, and a pause after each: a flood of refusals must not become a flood of probes. */
const PAUSE_MS = 500;
const TICK_MS = 30_000;

/** What is to be explained, asked for when its turn comes. Undefined: it is nothing after all. */
type FindWatched = () => Promise<Subject | undefined>;

export interface IncidentsOptions {
  readonly probes: Probes;
  readonly store: IncidentStore;
  /** Told of each that opens, grows or closes, after it was stored. Must not throw. */
  readonly announce: (event: IncidentEvent) => void;
  /** Told of the root cause of each that was explained. Must not throw. */
  readonly onExplained?: (attemptId: string, rootCause: Incident['root_cause']) => void;
  readonly release: string | undefined;
  readonly now: () => number;
  readonly log: Logger;
  /** Between two explanations. */
  readonly pauseMs?: number;
}

export interface Incidents {
  /** Takes up what was open before. A database that is down keeps nobody from starting. */
  start(): Promise<void>;
  /** Returns at once; it is found and explained later, or only counted when too many wait; what is minor, far earlier. */
  watch(find: FindWatched, options?: { isMinor?: boolean }): void;
  /** The id of the open incident that this explanation belongs to. */
  incidentOf(explanation: Explanation): string | undefined;
  /** The root causes of those that are open, one entry for each. */
  openCauses(): string[];
  list: IncidentStore['list'];
  /** Now, and not at the next turn of the clock: what was seen is stored, what others know is learnt, what is over closes. */
  sync(): Promise<void>;
  stop(): Promise<void>;
}

/** Explains refusals behind the path of requests, and makes incidents of those with one cause. */
export function createIncidents(options: IncidentsOptions): Incidents {
  const { probes, store, onExplained, release, log, pauseMs = PAUSE_MS } = options;
  const ledger = createIncidentLedger(options);
  const ending = new AbortController();
  let waiting: FindWatched[] = [];
  let dropped = 0;
  let work: Promise<void> | undefined;

  async function takeUp(find: FindWatched): Promise<void> {
    const subject = await find();
    if (subject === undefined) return;
    const evidence = await gatherEvidence(subject, probes, {
      budgetMs: EXPLAIN_BUDGET_MS,
      signal: ending.signal,
    });
    const explanation = explain(subject, evidence);
    if (subject.kind === 'attempt') onExplained?.(subject.attempt.attempt_id, rootCauseOf(explanation));
    if (!isWorthAnIncident(explanation)) return;
    const userId = userOf(subject);
    await ledger.record({
      explanation,
      ...(userId !== undefined && { userId }),
      ...(release !== undefined && { release }),
    });
  }

  async function drain(): Promise<void> {
    // The refusal goes out first.
    await setImmediate();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (ending.signal.aborted) return;
      await takeUp(next).catch((cause: unknown) => log.warn({ err: cause }, 'could not explain what failed'));
      await pause(pauseMs, ending.signal);
    }
    if (dropped > 0) log.warn({ dropped }, 'more refusals than are explained; they are in no incident');
    dropped = 0;
  }

  function begin(): void {
    work ??= drain().finally(() => {
      work = undefined;
      // One that came between the last look and now.
      if (waiting.length > 0 && !ending.signal.aborted) begin();
    });
  }

  const timer = setInterval(() => void ledger.sync(), TICK_MS);
  timer.unref();

  return {
    start: () => ledger.sync(),
    sync: () => ledger.sync(),
    watch(find, { isMinor = false } = {}) {
      if (isMinor && waiting.length >= MAX_MINOR_WAITING) return;
      if (waiting.length >= MAX_WAITING) dropped++;
      else waiting.push(find);
      begin();
    },
    incidentOf: (explanation) => ledger.incidentOf(explanation)?.incident_id,
    openCauses: () => ledger.open().map(({ root_cause }) => root_cause),
    list: (query) => store.list(query),
    async stop() {
      clearInterval(timer);
      ending.abort();
      waiting = [];
      await work;
      await ledger.sync();
    },
  };
}

/** Single sockets break all the time, and people leave: only what is behind many of them is an incident. */
const ORDINARY_ENDS: ReadonlySet<Incident['root_cause']> = new Set([
  'network_lost',
  'client_left_early',
  'unknown',
]);

function isWorthAnIncident(explanation: Explanation): boolean {
  return explanation.subject.kind !== 'connection' || !ORDINARY_ENDS.has(rootCauseOf(explanation));
}
