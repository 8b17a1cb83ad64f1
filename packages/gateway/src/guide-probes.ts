import type { GuideProbes } from '@netra/agent';
import { asAttempt, type Evidence, type Explanation, idOf, type Subject } from '@netra/diagnosis';
import type { HealthCheck } from '@netra/service';
import type { KeptAttempt } from './attempts/attempt-queries.ts';
import type { Attempts } from './attempts/attempts.ts';
import type { LiveSet } from './connections/live-set.ts';
import type { FindSubject } from './explain/find-subject.ts';
import { relatedTo } from './explain/related-attempts.ts';
import type { Runs } from './runs/runs.ts';

/** What the guide may ask the gateway about this installation; the composition adds `searchDocs`. */
export type GatewayProbes = Omit<GuideProbes, 'searchDocs'>;

const MAX_REFUSALS = 20;
const HOUR_MS = 60 * 60_000;

export interface GuideProbesOptions {
  attempts: Attempts;
  liveSet: LiveSet;
  runs: () => Runs;
  checks: () => Promise<HealthCheck[]>;
  findSubject: FindSubject;
  /** With evidence that is gathered at that moment. */
  explain: (subject: Subject) => Promise<Explanation>;
  /** What the verifier wants of a token. */
  expected: NonNullable<Evidence['expected']> & { environment: string };
  version: string | undefined;
  startedAtMs: number;
  now: () => number;
}

/** The guide's view of this gateway. A user sees their own refusals, an operator everybody's. */
export function createGuideProbes(options: GuideProbesOptions): GatewayProbes {
  const { attempts, liveSet, checks, expected, version, startedAtMs, now } = options;
  const { environment } = expected;
  return {
    async whoAmI({ userId, email, name, roles, permissions }) {
      return {
        user_id: userId,
        ...(email === undefined ? {} : { email }),
        ...(name === undefined ? {} : { name }),
        roles,
        permissions,
        environment,
        open_connections: liveSet.countOf(userId),
      };
    },

    async serviceStatus() {
      const found = await checks();
      const runs = await options
        .runs()
        .counts()
        .catch(() => undefined);
      return {
        healthy: found.every(({ ok }) => ok),
        checks: found.map(toStatusCheck),
        environment,
        uptime_ms: now() - startedAtMs,
        open_connections: liveSet.count(),
        ...(version === undefined ? {} : { version }),
        ...(runs === undefined ? {} : { open_runs: runs.queued + runs.running }),
      };
    },

    async recentRefusals({ user, operator, userId, withinHours, rootCause }) {
      const sinceMs = withinHours === undefined ? undefined : now() - withinHours * HOUR_MS;
      const asked = {
        ...(userId !== undefined && { userId }),
        ...(rootCause !== undefined && { rootCause }),
      };
      const found = await attempts.recent({
        limit: MAX_REFUSALS,
        ...(sinceMs !== undefined && { sinceMs }),
        ...(operator ? asked : { userId: user.userId }),
      });
      return {
        scope: operator ? 'all' : 'own',
        ...(sinceMs !== undefined && { since: new Date(sinceMs).toISOString() }),
        refusals: found.map((attempt) => toRefusal(attempt, operator)),
      };
    },

    async explainAttempt({ attemptId, user, operator }) {
      const subject = await options.findSubject(attemptId);
      if (subject === undefined || !(operator || mayKnow(user.userId, subject))) return undefined;
      const known = { ...toRefusal(asAttempt(subject), false), attempt_id: idOf(subject) };
      if (!operator) return known;
      const explanation = await options.explain(subject);
      const { related, impact } = await relatedTo(explanation, { attempts, now });
      if (related === undefined) return { ...known, explanation };
      const { count, first_seen, last_seen } = related;
      const users_affected = impact?.users_affected ?? 0;
      return { ...known, explanation, related: { count, users_affected, first_seen, last_seen } };
    },
  };
}

/** Whoever holds an id may know the code (PROTOCOL §1), but never of what names somebody else. */
function mayKnow(userId: string, subject: Subject): boolean {
  const { user_id: owner } = asAttempt(subject);
  return owner === userId || (owner === undefined && subject.kind === 'attempt');
}

function toRefusal({ attempt_id, at, code, detail, user_id, root_cause }: KeptAttempt, operator: boolean) {
  return {
    attempt_id,
    at,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(operator && user_id !== undefined ? { user_id } : {}),
    ...(operator && root_cause !== undefined ? { root_cause } : {}),
  };
}

function toStatusCheck({ name, ok, detail, durationMs }: HealthCheck) {
  return {
    name,
    ok,
    ...(detail === undefined ? {} : { detail }),
    ...(durationMs === undefined ? {} : { duration_ms: durationMs }),
  };
}
