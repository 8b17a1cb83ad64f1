import type { GuideProbes } from '../guide/probes.ts';

export const ATTEMPT_ID = 'att_0123456789abcdef';
const AT = '2026-03-01T12:00:00.000Z';

/** Probes of an installation where all is well and one connection of the user was refused. */
export function scriptedProbes(more: Partial<GuideProbes> = {}): GuideProbes {
  return {
    whoAmI: async ({ userId, email, name, roles, permissions }) => ({
      user_id: userId,
      email,
      name,
      roles: [...roles],
      permissions: [...permissions],
      environment: 'development',
    }),
    serviceStatus: async () => ({
      healthy: true,
      checks: [
        { name: 'database', ok: true, duration_ms: 1.4 },
        { name: 'keys', ok: true },
      ],
      version: '0.1.0',
      uptime_ms: 3 * 3_600_000,
    }),
    recentRefusals: async ({ operator }) => ({
      scope: operator ? 'all' : 'own',
      refusals: [{ attempt_id: ATTEMPT_ID, at: AT, code: 'token_expired', detail: 'expired an hour ago' }],
    }),
    explainAttempt: async ({ attemptId, operator }) =>
      attemptId === ATTEMPT_ID
        ? {
            attempt_id: ATTEMPT_ID,
            at: AT,
            code: 'token_expired',
            ...(operator ? { explanation: EXPLANATION } : {}),
          }
        : undefined,
    searchDocs: async (query) =>
      /token|connect/i.test(query)
        ? [
            {
              title: 'Tokens',
              heading: 'Renewing',
              path: 'docs/tokens.md',
              excerpt: 'A token lives ten minutes.',
              score: 7,
            },
          ]
        : [],
    ...more,
  };
}

const EXPLANATION = {
  summary: 'Token expired.',
  causes: [
    {
      root_cause: 'token_stale_client',
      confidence: 0.85,
      whys: [
        { question: 'Why was it refused?', answer: 'The token had expired.' },
        { question: 'Why did it send an expired token?', answer: 'The client kept it over night.' },
      ],
      fix: { action: 'Fetch a token before each connection.' },
    },
  ],
  ruled_out: [{ root_cause: 'clock_skew', because: 'It ended an hour before.' }],
  path: [{ step: 'token', outcome: 'refused', duration_ms: 1.2 }],
};
