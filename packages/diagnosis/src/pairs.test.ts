import { describe, expect, it } from 'vitest';
import type { AttemptRecord } from './attempt.ts';
import type { Evidence } from './evidence.ts';
import { explain } from './explain.ts';
import type { RootCause } from './root-causes.ts';
import { attempt, relative } from './testing/attempts.ts';

interface Pair {
  readonly causes: readonly [RootCause, RootCause];
  readonly record: AttemptRecord;
  readonly evidence: Evidence;
}

const EXPECTED = { environment: 'staging', issuer: 'https://staging.example', audience: 'netra' };
const DOWN: Evidence = { auth: { reachable: false } };
const missing = (setting: string): Evidence => ({
  config: [{ service: 'auth', setting, code: 'missing', message: `${setting} is not set.` }],
});
const legacy: NonNullable<Evidence['config']> = [
  {
    service: 'auth',
    setting: 'JWT_SECRET',
    code: 'legacy',
    message: 'JWT_SECRET is set, and Netra does not read it.',
  },
];
const old = { expires_at: relative(-3_600) };

const PAIRS: readonly Pair[] = [
  {
    causes: ['wrong_environment', 'token_stale_client'],
    record: attempt('token_environment_wrong', {
      facts: { token: { ...old, environment: 'production' }, expected: EXPECTED },
    }),
    evidence: {},
  },
  {
    causes: ['secret_mismatch', 'legacy_secret_name'],
    record: attempt('token_signature_invalid', {
      facts: { signature_matches: ['JWT_SECRET'], expected: EXPECTED },
    }),
    evidence: {
      config: legacy,
      key_holders: [
        { service: 'auth', role: 'issuer', source: 'JWT_SECRET_KEY', check_value: 'aaa' },
        { service: 'gateway', role: 'verifier', source: 'JWT_SECRET_STAGING', check_value: 'bbb' },
      ],
    },
  },
  {
    causes: ['auth_slow', 'client_timeout_too_short'],
    record: attempt('client_gone', {
      steps: [{ step: 'user_status', outcome: 'client_gone', duration_ms: 1_900 }],
    }),
    evidence: { auth: { reachable: true, latency_ms: 1_700 } },
  },
  {
    causes: ['e2e_user_not_seeded', 'config_missing'],
    record: attempt('user_unknown', { user_id: 'staging-e2e-user-002', facts: { user: { exists: false } } }),
    evidence: missing('SERVICE_SECRET'),
  },
  {
    causes: ['e2e_user_not_seeded', 'e2e_credentials_missing'],
    record: attempt('user_unknown', { user_id: 'staging-e2e-user-002', facts: { user: { exists: false } } }),
    evidence: { e2e: { is_key_configured: false, seeded_users: 0, expected_users: 3 } },
  },
  {
    causes: ['token_stale_client', 'auth_down'],
    record: attempt('token_expired', { facts: { token: old } }),
    evidence: DOWN,
  },
  {
    causes: ['origin_not_configured', 'database_down'],
    record: attempt('origin_not_allowed', {
      client: { origin: 'https://a.example' },
      facts: { allowed_origins: ['https://b.example'] },
    }),
    evidence: { database: { reachable: false } },
  },
  {
    causes: ['database_down', 'auth_down'],
    record: attempt('database_unavailable', { facts: { dependency: { name: 'database' } } }),
    evidence: { ...DOWN, database: { reachable: false } },
  },
  {
    causes: ['proxy_dropped_upgrade', 'proxy_dropped_subprotocol'],
    record: attempt('upgrade_missing', { facts: { upgrade: { has_websocket_key: true, is_proxied: true } } }),
    evidence: { proxy: { passes_upgrade: false, passes_subprotocol: false } },
  },
  {
    causes: ['token_stale_client', 'user_deactivated'],
    record: attempt('token_expired', { user_id: 'usr_7', facts: { token: old } }),
    evidence: { user: { exists: true, active: false } },
  },
  {
    causes: ['wrong_environment', 'clock_skew'],
    record: attempt('token_environment_wrong', {
      facts: { token: { environment: 'production' }, expected: EXPECTED },
    }),
    evidence: { clock: { offset_ms: 95_000, reference: 'the auth service' } },
  },
  {
    causes: ['auth_down', 'migration_missing'],
    record: attempt('auth_unavailable', { facts: { dependency: { name: 'auth' } } }),
    evidence: { ...DOWN, database: { reachable: true, missing_migrations: ['0009'] } },
  },
];

describe('two faults at once', () => {
  it.each(PAIRS)('names $causes.0 and $causes.1', ({ causes, record, evidence }) => {
    const { causes: found, ranking } = explain(record, evidence);
    expect(found.map(({ root_cause }) => root_cause)).toEqual(expect.arrayContaining([...causes]));
    expect(ranking).toContain(found[0]?.root_cause);
  });

  it.each(PAIRS)(
    'claims nothing else than $causes.0 and $causes.1 with confidence',
    ({ causes, record, evidence }) => {
      const sure = explain(record, evidence).causes.filter(({ confidence }) => confidence >= 0.8);
      expect(causes).toEqual(expect.arrayContaining(sure.map(({ root_cause }) => root_cause)));
    },
  );
});
