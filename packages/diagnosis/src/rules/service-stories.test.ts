import { attempt } from '../testing/attempts.ts';
import { describeStories, type Story } from '../testing/describe-stories.ts';

const took = (step: string, duration_ms: number, outcome: 'client_gone' | 'timed_out') => ({
  steps: [{ step, outcome, duration_ms }],
});

const unsteadyId = {
  service: 'gateway',
  setting: 'SERVICE_ID',
  code: 'invalid',
  message: 'SERVICE_ID looks like a Kubernetes pod.',
};

const STORIES: readonly Story[] = [
  {
    name: 'blames an id of a changing form for a refused credential',
    record: attempt('auth_unavailable', { facts: { dependency: { name: 'auth', status: 401 } } }),
    evidence: { config: [unsteadyId] },
    best: 'service_id_unstable',
    least: 0.9,
  },
  {
    name: 'does not blame the id for an outage',
    record: attempt('auth_unavailable', { facts: { dependency: { name: 'auth', error: 'ECONNREFUSED' } } }),
    evidence: { config: [unsteadyId], auth: { reachable: false } },
    best: 'auth_down',
    least: 0.9,
  },
  {
    name: 'names an origin that nobody allowed',
    record: attempt('origin_not_allowed', {
      client: { origin: 'https://other.example' },
      facts: { allowed_origins: ['https://chat.example'] },
    }),
    best: 'origin_not_configured',
    least: 0.8,
  },
  {
    name: 'sees that an origin differs from an allowed one by its port only',
    record: attempt('origin_not_allowed', {
      client: { origin: 'http://localhost:5173' },
      facts: { allowed_origins: ['http://127.0.0.1:8080'] },
    }),
    best: 'origin_not_configured',
    least: 0.95,
  },
  {
    name: 'blames a proxy when a WebSocket key came without its upgrade, and not the client',
    record: attempt('upgrade_missing', {
      facts: { upgrade: { has_websocket_key: true, connection: 'close' } },
    }),
    best: 'proxy_dropped_upgrade',
    least: 0.95,
    ruledOut: ['client_protocol_error'],
  },
  {
    name: 'blames the client when a plain GET came without a proxy',
    record: attempt('upgrade_missing', {
      facts: { upgrade: { has_websocket_key: false, is_proxied: false } },
    }),
    best: 'client_protocol_error',
    least: 0.8,
    ruledOut: ['proxy_dropped_upgrade'],
  },
  {
    name: 'blames the client for a token in the URL',
    record: attempt('credential_in_url'),
    best: 'client_protocol_error',
    least: 0.8,
  },
  {
    name: 'is surest that auth is down while it still is',
    record: attempt('auth_unavailable', { facts: { dependency: { name: 'auth', error: 'ECONNREFUSED' } } }),
    evidence: { auth: { reachable: false } },
    best: 'auth_down',
    least: 0.95,
  },
  {
    name: 'is less sure that auth was down once it is back',
    record: attempt('keys_unavailable', { facts: { dependency: { name: 'keys' } } }),
    evidence: { auth: { reachable: true } },
    best: 'auth_down',
    least: 0.6,
  },
  {
    name: 'names an open circuit beside the outage that opened it',
    record: attempt('auth_unavailable', { facts: { dependency: { name: 'auth', circuit: 'open' } } }),
    best: 'auth_down',
    alsoNamed: 'circuit_open',
  },
  {
    name: 'rules the circuit out when it was closed',
    record: attempt('auth_unavailable', { facts: { dependency: { name: 'auth', circuit: 'closed' } } }),
    best: 'auth_down',
    ruledOut: ['circuit_open'],
  },
  {
    name: 'sees a rejected service credential behind an unavailable auth service',
    record: attempt('auth_unavailable', {
      facts: { dependency: { name: 'auth', error: 'service_credential_invalid' } },
    }),
    best: 'service_credential_rejected',
    least: 0.95,
  },
  {
    name: 'blames the database when it was the dependency that failed',
    record: attempt('database_unavailable', { facts: { dependency: { name: 'database' } } }),
    best: 'database_down',
    least: 0.9,
  },
  {
    name: 'rules the database out when something else failed',
    record: attempt('database_unavailable', { facts: { dependency: { name: 'auth' } } }),
    ruledOut: ['database_down'],
  },
  {
    name: 'counts the connections of a user at the limit',
    record: attempt('connection_limit', {
      facts: { limit: { name: 'connections', limit: 20, observed: 20 } },
    }),
    best: 'connection_limit_hit',
    least: 0.95,
  },
  {
    name: 'is certain of a deactivated user by the directory',
    record: attempt('user_inactive', { facts: { user: { exists: true, active: false } } }),
    best: 'user_deactivated',
    least: 0.95,
  },
  {
    name: 'rules deactivation out for an active user',
    record: attempt('user_inactive', { facts: { user: { exists: true, active: true } } }),
    ruledOut: ['user_deactivated'],
  },
  {
    name: 'suspects a deletion when the directory does not know the user',
    record: attempt('user_unknown', { facts: { user: { exists: false } } }),
    best: 'user_deleted',
    least: 0.7,
  },
  {
    name: 'rules a missing user out when the directory has one',
    record: attempt('user_unknown', { facts: { user: { exists: true } } }),
    ruledOut: ['user_deleted'],
  },
  {
    name: 'explains an ended session',
    record: attempt('session_ended'),
    best: 'session_revoked',
    least: 0.9,
  },
  { name: 'explains a revoked token', record: attempt('token_revoked'), best: 'session_revoked', least: 0.9 },
  {
    name: 'explains a missing permission',
    record: attempt('permission_missing'),
    best: 'permission_not_granted',
    least: 0.9,
  },
  {
    name: 'blames the client for a missing credential when there is no proxy',
    record: attempt('credential_missing', { facts: { upgrade: { is_proxied: false } } }),
    best: 'credential_not_sent',
    least: 0.8,
    ruledOut: ['proxy_dropped_authorization'],
  },
  {
    name: 'considers the proxy for a missing credential when there is one',
    record: attempt('credential_missing', { facts: { upgrade: { is_proxied: true } } }),
    best: 'credential_not_sent',
    alsoNamed: 'proxy_dropped_authorization',
  },
  { name: 'explains a stale ticket', record: attempt('ticket_expired'), best: 'ticket_stale', least: 0.9 },
  { name: 'explains a ticket used twice', record: attempt('ticket_used'), best: 'ticket_reused', least: 0.9 },
  {
    name: 'explains a ticket used elsewhere',
    record: attempt('ticket_binding_wrong'),
    best: 'ticket_elsewhere',
    least: 0.8,
  },
  {
    name: 'blames a slow auth service when its step took the handshake',
    record: attempt('handshake_deadline', took('user_status', 2_950, 'timed_out')),
    best: 'auth_slow',
    least: 0.85,
  },
  {
    name: 'sees a slow auth service behind the breaker that opened because of it',
    record: attempt('auth_unavailable', {
      facts: { dependency: { name: 'auth', error: 'circuit_open', circuit: 'open' } },
    }),
    evidence: {
      auth: { reachable: true, latency_ms: 1_900 },
      breaker: { name: 'auth', state: 'open', first_error: 'circuit_timeout' },
    },
    best: 'auth_slow',
    least: 0.9,
  },
  {
    name: 'puts settings with which the auth service does not start before its outage',
    record: attempt('auth_unavailable', { facts: { dependency: { name: 'auth', error: 'ECONNREFUSED' } } }),
    evidence: {
      auth: { reachable: false },
      config: [
        { service: 'auth', setting: 'SERVICE_SECRET', code: 'known', message: 'SERVICE_SECRET is refused.' },
      ],
    },
    best: 'weak_or_default_secret',
    least: 0.9,
  },
  {
    name: 'does not call a defect what an outage may have thrown',
    record: attempt('internal_error', { facts: { exception: { name: 'Error', location: 'bus.ts:3' } } }),
    evidence: { redis: { reachable: false } },
    best: 'redis_down',
    least: 0.8,
    alsoNamed: 'code_defect',
  },
  {
    name: 'rules auth out when another step took the handshake',
    record: attempt('handshake_deadline', took('ticket', 2_950, 'timed_out')),
    ruledOut: ['auth_slow'],
  },
  {
    name: 'sees a slow auth service and a short patience behind a client that left late',
    record: attempt('client_gone', took('user_status', 1_800, 'client_gone')),
    best: 'auth_slow',
    alsoNamed: 'client_timeout_too_short',
    ruledOut: ['client_left_early'],
  },
  {
    name: 'shrugs at a client that left at once',
    record: attempt('client_gone', took('user_status', 40, 'client_gone')),
    best: 'client_left_early',
    ruledOut: ['auth_slow', 'client_timeout_too_short'],
  },
  {
    name: 'points at the code for an exception',
    record: attempt('internal_error', {
      facts: { exception: { name: 'TypeError', location: 'ladder.ts:10' } },
    }),
    best: 'code_defect',
    least: 0.9,
  },
];

describeStories('the rules about services, proxies and clients', STORIES);
