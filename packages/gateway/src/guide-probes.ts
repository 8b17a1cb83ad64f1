import type { GuideProbes } from '@netra/agent';
import type { AttemptRecord, Evidence, Explanation, Subject } from '@netra/diagnosis';
import type { HealthCheck } from '@netra/service';
import type { Attempts } from './attempts/attempts.ts';
import type { LiveSet } from './connections/live-set.ts';
import type { Runs } from './runs/runs.ts';

/** What the guide may ask the gateway about this installation; the composition adds `searchDocs`. */
export type GatewayProbes = Omit<GuideProbes, 'searchDocs'>;

const MAX_REFUSALS = 20;

export interface GuideProbesOptions {
  attempts: Attempts;
  liveSet: LiveSet;
  runs: () => Runs;
  checks: () => Promise<HealthCheck[]>;
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

    async recentRefusals({ user, operator }) {
      const found = await attempts.recent({
        limit: MAX_REFUSALS,
        ...(operator ? {} : { userId: user.userId }),
      });
      return {
        scope: operator ? 'all' : 'own',
        refusals: found.map((attempt) => toRefusal(attempt, operator)),
      };
    },

    async explainAttempt({ attemptId, user, operator }) {
      const attempt = await attempts.find(attemptId);
      if (!attempt) return undefined;
      // Whoever holds an id may know the code (PROTOCOL §1), but never of an attempt that names somebody else.
      const isForeign = attempt.user_id !== undefined && attempt.user_id !== user.userId;
      if (isForeign && !operator) return undefined;
      const { user_id: _userId, ...known } = toRefusal(attempt, false);
      return operator
        ? { ...known, explanation: await options.explain({ kind: 'attempt', attempt }) }
        : known;
    },
  };
}

function toRefusal({ attempt_id, at, code, detail, user_id }: AttemptRecord, operator: boolean) {
  return {
    attempt_id,
    at,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(operator && user_id !== undefined ? { user_id } : {}),
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
