import { setImmediate } from 'node:timers/promises';
import {
  type AttemptRecord,
  type Explanation,
  explain,
  gatherEvidence,
  type Incident,
  IncidentBook,
  type IncidentEvent,
  type IncidentStore,
  type Probes,
  rootCauseOf,
} from '@netra/diagnosis';
import { newId } from '@netra/protocol';
import type { Logger } from '@netra/service';

/** So many refusals wait to be explained; more are only counted. */
const MAX_WAITING = 100;
/** One explanation at a time, and a pause after each: a flood of refusals must not become a flood of probes. */
const PAUSE_MS = 500;
const TICK_MS = 30_000;
const BUDGET_MS = 1_500;

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
  /** Returns at once; the refusal is explained later, or only counted when too many wait. */
  watch(attempt: AttemptRecord): void;
  /** The id of the open incident that this explanation belongs to. */
  incidentOf(explanation: Explanation): string | undefined;
  /** The root causes of those that are open, one entry for each. */
  openCauses(): string[];
  list: IncidentStore['list'];
  stop(): Promise<void>;
}

/** Explains refusals behind the path of requests, and makes incidents of those with one cause. */
export function createIncidents(options: IncidentsOptions): Incidents {
  const { probes, store, announce, onExplained, release, now, log, pauseMs = PAUSE_MS } = options;
  const book = new IncidentBook({ newId: () => newId('inc') });
  const ending = new AbortController();
  let waiting: AttemptRecord[] = [];
  let dropped = 0;
  let work: Promise<void> | undefined;

  async function takeUp(attempt: AttemptRecord): Promise<void> {
    const subject = { kind: 'attempt', attempt } as const;
    const evidence = await gatherEvidence(subject, probes, { budgetMs: BUDGET_MS, signal: ending.signal });
    const explanation = explain(subject, evidence);
    onExplained?.(attempt.attempt_id, rootCauseOf(explanation));
    const userId = attempt.user_id;
    await publish(
      book.record({
        explanation,
        ...(userId !== undefined && { userId }),
        ...(release !== undefined && { release }),
      }),
    );
  }

  async function publish(events: readonly IncidentEvent[]): Promise<void> {
    for (const event of events) {
      await store
        .save(event.incident)
        .catch((cause: unknown) => log.warn({ err: cause }, 'could not store an incident'));
      announce(event);
    }
  }

  async function drain(): Promise<void> {
    // The refusal goes out first.
    await setImmediate();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (ending.signal.aborted) return;
      await takeUp(next).catch((cause: unknown) => log.warn({ err: cause }, 'could not explain a refusal'));
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

  const timer = setInterval(() => void publish(book.tick(now())), TICK_MS);
  timer.unref();

  return {
    async start() {
      await store.findOpen().then(
        (open) => book.restore(open),
        (cause: unknown) => log.warn({ err: cause }, 'could not read open incidents'),
      );
    },
    watch(attempt) {
      if (waiting.length >= MAX_WAITING) dropped++;
      else waiting.push(attempt);
      begin();
    },
    incidentOf: (explanation) => book.incidentOf(explanation)?.incident_id,
    openCauses: () => book.open().map(({ root_cause }) => root_cause),
    list: (query) => store.list(query),
    async stop() {
      clearInterval(timer);
      ending.abort();
      waiting = [];
      await work;
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
