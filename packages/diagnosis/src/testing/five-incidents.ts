import type { AttemptFacts, AttemptRecord, AttemptStep } from '../attempt.ts';
import type { Evidence } from '../evidence.ts';
import type { ReportInput } from '../reports/report-input.ts';
import type { RootCause } from '../root-causes.ts';
import { attempt, relative } from './attempts.ts';

/** One of the incidents that this product exists to end, as its gateway would record it. */
export interface Story {
  readonly name: string;
  readonly rootCause: RootCause;
  readonly record: AttemptRecord;
  readonly evidence: Evidence;
  readonly around: Omit<ReportInput, 'explanation'>;
}

const ISSUER = 'https://staging.chat.example';
const EXPECTED = {
  issuer: ISSUER,
  audience: 'netra',
  environment: 'staging',
  algorithm: 'HS256',
  key_source: 'JWT_SECRET_STAGING',
  key_check_value: '9c41d07be2a5',
};
const TOKEN: NonNullable<AttemptFacts['token']> = {
  algorithm: 'HS256',
  type: 'at+jwt',
  issuer: ISSUER,
  audience: 'netra',
  environment: 'staging',
  issued_at: relative(-20),
  expires_at: relative(580),
};
const AROUND = {
  environment: 'staging',
  related: { count: 214, first_seen: relative(-1_800), last_seen: relative(0) },
  impact: { users_affected: 37, attempts_affected: 214, success_rate_before: 0.998, success_rate_now: 0.021 },
};

function steps(
  ...last: [step: string, outcome: AttemptStep['outcome'], duration_ms: number][]
): AttemptStep[] {
  const before = ['path', 'draining', 'capacity', 'upgrade_headers', 'origin', 'subprotocol', 'credential'];
  return [
    ...before.map((step) => ({ step, outcome: 'ok' as const, duration_ms: 0.02 })),
    ...last.map(([step, outcome, duration_ms]) => ({ step, outcome, duration_ms })),
  ];
}

export const FIVE_INCIDENTS: readonly Story[] = [
  {
    name: '1-code-defect',
    rootCause: 'code_defect',
    record: attempt('internal_error', {
      user_id: 'usr_7',
      steps: steps(['token', 'ok', 1.1], ['user_status', 'failed', 0.4]),
      facts: {
        exception: {
          name: 'ReferenceError',
          location: 'packages/gateway/src/admission/authenticate.ts:57',
          release: '1.8.0',
        },
      },
    }),
    evidence: {
      auth: { reachable: true },
      releases: [{ release: '1.8.0', at: relative(-1_860) }],
      exception_history: {
        first_seen: relative(-1_800),
        count: 214,
        release: '1.8.0',
        rate_before_per_min: 0,
        rate_after_per_min: 7.1,
      },
    },
    around: { ...AROUND, release: '1.8.0' },
  },
  {
    name: '2-auth-slow',
    rootCause: 'auth_slow',
    record: attempt('client_gone', {
      user_id: 'usr_7',
      client: { carrier: 'authorization_header', client_type: 'test' },
      steps: steps(['token', 'ok', 1.3], ['user_status', 'client_gone', 1_996.4]),
    }),
    evidence: {
      auth: { reachable: true, latency_ms: 2_310, baseline_ms: 6, started_at: relative(-12) },
      baselines: [{ step: 'user_status', p50_ms: 3, p95_ms: 9 }],
      network: { host: 'auth.internal', dns_ms: 1, tcp_ms: 1, tls_ms: 4, http_ms: 2_304 },
      nearby_attempts: ['att_2', 'att_3'].map((attempt_id) =>
        attempt('client_gone', { attempt_id, steps: steps(['user_status', 'client_gone', 2_001]) }),
      ),
    },
    around: { ...AROUND, impact: { ...AROUND.impact, success_rate_now: 0.842 } },
  },
  {
    name: '3-auth-down',
    rootCause: 'auth_down',
    record: attempt('auth_unavailable', {
      user_id: 'usr_7',
      steps: steps(['token', 'ok', 1.2], ['user_status', 'failed', 0.1]),
      facts: { dependency: { name: 'auth', error: 'circuit_open', circuit: 'open' } },
    }),
    evidence: {
      auth: { reachable: false, error: 'connect ECONNREFUSED 10.0.3.7:8081' },
      breaker: {
        name: 'auth',
        state: 'open',
        opened_at: relative(-4),
        failures: 20,
        first_error: 'connect ECONNREFUSED 10.0.3.7:8081',
      },
      network: { host: 'auth.internal', dns_ms: 1, failed_at: 'tcp', error: 'ECONNREFUSED' },
    },
    around: AROUND,
  },
  {
    name: '4-e2e-user-not-seeded',
    rootCause: 'e2e_user_not_seeded',
    record: attempt('user_unknown', {
      user_id: 'staging-e2e-user-001',
      client: { carrier: 'authorization_header', client_type: 'test' },
      steps: steps(['token', 'ok', 1.2], ['user_status', 'refused', 4.8]),
      facts: { user: { exists: false } },
    }),
    evidence: {
      expected: EXPECTED,
      user: { exists: false, is_e2e_id: true, store: 'the user table of staging' },
      e2e: { is_key_configured: false, seeded_users: 0, expected_users: 3 },
      config: [
        {
          service: 'auth',
          setting: 'E2E_OAUTH_SIMULATION_KEY',
          code: 'missing',
          message: 'E2E_OAUTH_SIMULATION_KEY is not set.',
        },
        {
          service: 'gateway',
          setting: 'SERVICE_SECRET',
          code: 'missing',
          message: 'SERVICE_SECRET is not set.',
        },
      ],
    },
    around: AROUND,
  },
  {
    name: '5-secret-mismatch',
    rootCause: 'secret_mismatch',
    record: attempt('token_signature_invalid', {
      steps: steps(['token', 'refused', 0.6]),
      facts: { token: TOKEN, expected: EXPECTED, signature_matches: ['JWT_SECRET_KEY'] },
    }),
    evidence: {
      key_holders: [
        { service: 'auth', role: 'issuer', source: 'JWT_SECRET_KEY', check_value: '4f1d09ac37be' },
        { service: 'gateway', role: 'verifier', source: 'JWT_SECRET_STAGING', check_value: '9c41d07be2a5' },
      ],
      auth: { reachable: true },
      config: [],
    },
    around: AROUND,
  },
];
