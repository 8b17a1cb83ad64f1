import type { AttemptRecord } from '../attempt.ts';
import type { Evidence } from '../evidence.ts';
import { attempt, relative } from './attempts.ts';
import { closed, failed, refused } from './given.ts';
import type { CasesByCause } from './verdicts.ts';

const proxied = { upgrade: { is_proxied: true, has_websocket_key: true } };
const gone = (duration_ms: number, step = 'user_status'): Partial<AttemptRecord> => ({
  steps: [{ step, outcome: 'client_gone', duration_ms }],
});
const otherGone = (attempt_id: string) => attempt('client_gone', { attempt_id, ...gone(1_810) });
const origins = (list: string[]) => ({ allowed_origins: list });
const fromPage: Partial<AttemptRecord> = { client: { origin: 'https://page.example' } };
const full: Evidence = { database: { reachable: true, pool: { max: 10, used: 10, waiting: 7 } } };
const lag = (max_lag_ms: number): Evidence => ({ event_loop: { max_lag_ms } });
const dependency = (name: 'auth' | 'database' | 'mcp' | 'tool', more: object = {}) => ({
  dependency: { name, ...more },
});

/** Where each of these rules fits, is refuted and knows nothing. */
export const SERVICE_CASES = {
  auth_down: {
    fits: refused('auth_unavailable', {}, { auth: { reachable: false } }),
    refuted: refused('auth_unavailable', dependency('database')),
    unknown: refused('auth_unavailable'),
  },
  auth_slow: {
    fits: refused('client_gone', {}, {}, gone(1_900)),
    refuted: refused('client_gone', {}, {}, gone(1_900, 'ticket')),
    unknown: refused('client_gone', {}, {}, { steps: [] }),
  },
  circuit_open: {
    fits: refused('auth_unavailable', dependency('auth', { circuit: 'open' })),
    refuted: refused('auth_unavailable', dependency('auth', { circuit: 'closed' })),
    unknown: refused('auth_unavailable'),
  },
  service_credential_rejected: {
    fits: refused('auth_unavailable', dependency('auth', { status: 401 })),
    refuted: refused('auth_unavailable', {}, { auth: { reachable: false } }),
    unknown: refused('auth_unavailable'),
  },
  service_id_unstable: {
    fits: refused(
      'auth_unavailable',
      {},
      {
        service_ids: ['gateway-3', 'gateway-2', 'gateway-1'].map((service_id) => ({
          service_id,
          first_seen: relative(0),
        })),
      },
    ),
    refuted: refused(
      'auth_unavailable',
      {},
      { service_ids: [{ service_id: 'gateway', first_seen: relative(0) }] },
    ),
    unknown: refused('auth_unavailable'),
  },
  database_down: {
    fits: refused('database_unavailable', {}, { database: { reachable: false } }),
    refuted: refused('database_unavailable', {}, full),
    unknown: 'code_alone',
  },
  database_pool_exhausted: {
    fits: refused('database_unavailable', {}, full),
    refuted: refused(
      'database_unavailable',
      {},
      { database: { reachable: true, pool: { max: 10, used: 1, waiting: 0 } } },
    ),
    unknown: refused('database_unavailable'),
  },
  migration_missing: {
    fits: refused('internal_error', {}, { database: { reachable: true, missing_migrations: ['0007'] } }),
    refuted: refused('internal_error', {}, { database: { reachable: true, missing_migrations: [] } }),
    unknown: refused('internal_error'),
  },
  redis_down: {
    fits: refused('internal_error', {}, { redis: { reachable: false } }),
    refuted: refused('internal_error', {}, { redis: { reachable: true } }),
    unknown: refused('internal_error'),
  },
  deploy_draining: {
    fits: refused('draining'),
    refuted: refused('client_gone', {}, { draining: { since: relative(60) } }),
    unknown: refused('client_gone'),
  },
  event_loop_blocked: {
    fits: closed('heartbeat_lost', {}, lag(12_000)),
    refuted: closed('heartbeat_lost', {}, lag(20)),
    unknown: closed('heartbeat_lost'),
  },
  code_defect: {
    fits: refused('internal_error', { exception: { name: 'TypeError', location: 'ladder.ts:10' } }),
    refuted: refused('internal_error', dependency('database')),
    unknown: 'code_alone',
  },
  origin_not_configured: {
    fits: refused('origin_not_allowed', origins(['https://other.example']), {}, fromPage),
    refuted: refused('origin_not_allowed', origins(['https://page.example']), {}, fromPage),
    unknown: refused('origin_not_allowed'),
  },
  proxy_dropped_upgrade: {
    fits: refused('upgrade_missing', proxied),
    refuted: refused('upgrade_missing', { upgrade: { upgrade: 'websocket' } }),
    unknown: refused('upgrade_missing'),
  },
  proxy_dropped_authorization: {
    fits: refused('credential_missing', proxied, { proxy: { passes_authorization: false } }),
    refuted: refused('credential_missing', proxied, { proxy: { passes_authorization: true } }),
    unknown: refused('credential_missing'),
  },
  proxy_dropped_subprotocol: {
    fits: refused('credential_missing', proxied, { proxy: { passes_subprotocol: false } }),
    refuted: refused('credential_missing', { upgrade: { has_subprotocol: true } }),
    unknown: refused('credential_missing'),
  },
  proxy_timeout_too_short: {
    fits: closed(
      'client_gone',
      { ended_by: 'network', silence_ms: 15_100 },
      { proxy: { idle_timeout_ms: 15_000 } },
    ),
    refuted: closed('client_gone', { ended_by: 'client' }),
    unknown: closed('client_gone', { ended_by: 'network', age_ms: 43_210, silence_ms: 1_234 }),
  },
  client_timeout_too_short: {
    fits: refused(
      'client_gone',
      {},
      { nearby_attempts: [otherGone('att_2'), otherGone('att_3')] },
      gone(1_800),
    ),
    refuted: refused('client_gone', {}, {}, gone(40)),
    unknown: refused('client_gone', {}, {}, { steps: [] }),
  },
  client_left_early: {
    fits: refused('client_gone', {}, {}, gone(40)),
    refuted: refused('client_gone', {}, {}, gone(1_900)),
    unknown: refused('client_gone', {}, {}, { steps: [] }),
  },
  network_lost: {
    fits: closed('heartbeat_lost'),
    refuted: closed('client_gone', { ended_by: 'client' }),
    unknown: refused('client_gone'),
  },
  untrusted_proxy: {
    fits: refused('rate_limited', { proxy: { is_trusted: false, has_forwarded: true } }),
    refuted: refused('rate_limited', { proxy: { is_trusted: true, has_forwarded: true } }),
    unknown: refused('rate_limited'),
  },
  rate_limit_hit: {
    fits: refused('rate_limited', { limit: { name: 'tickets', limit: 60, observed: 61, per: 'user' } }),
    refuted: refused('rate_limited', { proxy: { is_trusted: false, has_forwarded: true } }),
    unknown: 'code_alone',
  },
  connection_limit_hit: { fits: refused('connection_limit'), refuted: 'never', unknown: 'code_alone' },
  slow_client: {
    fits: closed('slow_consumer', { queued_bytes: 1_100_000 }),
    refuted: closed('slow_consumer', { queued_bytes: 0 }),
    unknown: 'code_alone',
  },
  client_protocol_error: {
    fits: refused('credential_in_url'),
    refuted: refused('upgrade_missing', proxied),
    unknown: refused('upgrade_missing'),
  },
  credential_not_sent: {
    fits: refused('credential_missing'),
    refuted: refused('credential_missing', {}, { proxy: { passes_authorization: false } }),
    unknown: 'code_alone',
  },
  model_credentials_rejected: {
    fits: failed('model_unavailable', {}, { models: [{ name: 'openai', reachable: true, status: 401 }] }),
    refuted: failed('model_unavailable', {}, { models: [{ name: 'openai', reachable: true, status: 500 }] }),
    unknown: failed('model_unavailable'),
  },
  model_unreachable: {
    fits: failed('model_unavailable', {}, { models: [{ name: 'openai', reachable: false }] }),
    refuted: failed('model_unavailable', {}, { models: [{ name: 'openai', reachable: true, status: 401 }] }),
    unknown: failed('model_unavailable'),
  },
  model_rate_limited: {
    fits: failed('model_rate_limited'),
    refuted: failed('model_unavailable', {}, { models: [{ name: 'openai', reachable: true, status: 401 }] }),
    unknown: failed('model_unavailable'),
  },
  tool_failed: {
    fits: failed('tool_failed', { tool: 'search', step: 'tool' }),
    refuted: failed('tool_failed', { facts: dependency('mcp', { instance: 'files' }) }),
    unknown: failed('run_timeout'),
  },
  mcp_server_down: {
    fits: failed('tool_failed', {}, { mcp_servers: [{ name: 'files', reachable: false }] }),
    refuted: failed('tool_failed', {}, { mcp_servers: [{ name: 'files', reachable: true }] }),
    unknown: failed('tool_failed'),
  },
  run_interrupted: { fits: failed('run_interrupted'), refuted: 'never', unknown: 'code_alone' },
  run_limit_hit: {
    fits: failed('step_limit'),
    refuted: failed('run_timeout', { facts: dependency('tool', { instance: 'search' }) }),
    unknown: 'code_alone',
  },
} satisfies CasesByCause;
