import type { Evidence, MissingEvidence } from './evidence.ts';
import type { Subject } from './subject.ts';
import { withoutSecrets } from './without-secrets.ts';

type ProbeName = Exclude<keyof Evidence, 'not_available'>;

/** One differential probe each: named after the part of the evidence that it fills. All are optional. */
export type Probes = {
  readonly [Name in ProbeName]?: (
    subject: Subject,
    signal: AbortSignal,
  ) => Promise<Evidence[Name] | undefined>;
};

export interface GatherOptions {
  /** For all probes together. Default 2 s. */
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

const DEFAULT_BUDGET_MS = 2_000;

/**
 * Asks all probes at once. Never throws: a probe that fails, or has not answered when the budget is spent or the
 * signal aborts, becomes a line of `not_available`. What looks like a credential is removed, whoever put it there.
 */
export async function gatherEvidence(
  subject: Subject,
  probes: Probes,
  options: GatherOptions = {},
): Promise<Evidence> {
  const { budgetMs = DEFAULT_BUDGET_MS, signal } = options;
  const deadline = AbortSignal.timeout(budgetMs);
  const ended = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const missing: MissingEvidence[] = [];
  const parts: Record<string, unknown> = {};
  await Promise.all(
    Object.entries(probes).map(async ([name, probe]) => {
      try {
        const part = await raceSignal((async () => probe(subject, ended))(), ended);
        if (part !== undefined) parts[name] = part;
      } catch {
        const because = signal?.aborted ? 'aborted' : deadline.aborted ? 'late' : 'failed';
        missing.push({ probe: name, because });
      }
    }),
  );
  const found = missing.length === 0 ? parts : { ...parts, not_available: missing };
  // Each part was filled by the probe of its name, whose type is that of the part.
  return withoutSecrets(found) as Evidence;
}

function raceSignal<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
