import { REASON_CODES, type ReasonCode } from '@netra/protocol';
import { describe, expect, it } from 'vitest';
import type { AttemptRecord } from '../attempt.ts';
import type { Evidence } from '../evidence.ts';
import { explain } from '../explain.ts';
import type { RootCause } from '../root-causes.ts';
import { ROOT_CAUSES } from '../root-causes.ts';
import { attempt, relative } from '../testing/attempts.ts';
import { RULES } from './rules.ts';

interface Case {
  readonly name: string;
  readonly record: AttemptRecord;
  readonly evidence?: Evidence;
  readonly best?: RootCause;
  readonly least?: number;
  readonly alsoNamed?: RootCause;
  readonly ruledOut?: readonly RootCause[];
}

const withToken = (code: ReasonCode, token: NonNullable<AttemptRecord['facts']>['token'] & object) =>
  attempt(code, { facts: { token } });
const ours: Evidence = {
  expected: { issuer: 'https://chat.example', audience: 'netra', environment: 'production' },
  known_key_ids: ['key-1'],
};
const took = (step: string, duration_ms: number, outcome: 'client_gone' | 'timed_out') => ({
  steps: [{ step, outcome, duration_ms }],
});

const CASES: readonly Case[] = [
  {
    name: 'blames a client that uses a token an hour after its end, and not the clocks',
    record: withToken('token_expired', { expires_at: relative(-3600) }),
    best: 'token_stale_client',
    least: 0.75,
    ruledOut: ['clock_skew'],
  },
  {
    name: 'is surer of a stale client when the same token comes again',
    record: withToken('token_expired', { expires_at: relative(-40) }),
    evidence: {
      nearby_attempts: [
        attempt('token_expired', { attempt_id: 'att_2', facts: { token: { expires_at: relative(-40) } } }),
      ],
    },
    best: 'token_stale_client',
    least: 0.95,
  },
  {
    name: 'suspects the clocks when tokens of many users seem just expired',
    record: withToken('token_expired', { expires_at: relative(-40) }),
    evidence: {
      nearby_attempts: ['usr_1', 'usr_2', 'usr_3'].map((user_id) =>
        attempt('token_expired', { attempt_id: `att_${user_id}`, user_id }),
      ),
    },
    best: 'clock_skew',
    least: 0.6,
    alsoNamed: 'token_stale_client',
  },
  {
    name: 'blames the clocks for a token from the future',
    record: withToken('token_not_yet_valid', { issued_at: relative(95) }),
    best: 'clock_skew',
    least: 0.9,
  },
  {
    name: 'rules the clocks out when the token was valid already',
    record: withToken('token_not_yet_valid', { issued_at: relative(-95) }),
    ruledOut: ['clock_skew'],
  },
  {
    name: 'names the environment that a token is of',
    record: withToken('token_environment_wrong', { environment: 'staging' }),
    evidence: ours,
    best: 'wrong_environment',
    least: 0.95,
  },
  {
    name: 'sees a foreign environment behind an unknown key, and no rotation',
    record: withToken('token_key_unknown', { key_id: 'key-9', environment: 'staging' }),
    evidence: ours,
    best: 'wrong_environment',
    least: 0.9,
    ruledOut: ['key_rotated_without_overlap'],
  },
  {
    name: 'sees a rotation behind an unknown key of our own issuer',
    record: withToken('token_key_unknown', {
      key_id: 'key-0',
      environment: 'production',
      issuer: 'https://chat.example',
    }),
    evidence: ours,
    best: 'key_rotated_without_overlap',
    least: 0.75,
    ruledOut: ['wrong_environment'],
  },
  {
    name: 'blames tampering for a bad signature under a key of ours',
    record: withToken('token_signature_invalid', { key_id: 'key-1', environment: 'production' }),
    evidence: ours,
    best: 'token_tampered',
    least: 0.7,
    ruledOut: ['wrong_environment', 'key_rotated_without_overlap'],
  },
  {
    name: 'rules tampering out when the key is not ours',
    record: withToken('token_signature_invalid', { key_id: 'key-7', issuer: 'https://chat.example' }),
    evidence: ours,
    best: 'key_rotated_without_overlap',
    ruledOut: ['token_tampered'],
  },
  {
    name: 'blames tampering for a token that asks for no signature',
    record: withToken('token_algorithm_refused', { algorithm: 'none' }),
    best: 'token_tampered',
    least: 0.95,
  },
  {
    name: 'names the audience that a token is for',
    record: withToken('token_audience_wrong', { audience: 'netra-service' }),
    evidence: ours,
    best: 'wrong_audience',
    least: 0.95,
  },
  {
    name: 'rules a wrong audience out when the token names ours among others',
    record: withToken('token_audience_wrong', { audience: ['other', 'netra'] }),
    evidence: ours,
    ruledOut: ['wrong_audience'],
  },
  {
    name: 'recognizes this installation under another address',
    record: withToken('token_issuer_untrusted', { issuer: 'http://127.0.0.1:8080' }),
    evidence: { expected: { issuer: 'http://localhost:8080' } },
    best: 'wrong_issuer',
    least: 0.95,
  },
  {
    name: 'names a foreign issuer',
    record: withToken('token_issuer_untrusted', { issuer: 'https://login.elsewhere.example' }),
    evidence: ours,
    best: 'wrong_issuer',
    least: 0.85,
  },
  {
    name: 'recognizes an ID token',
    record: withToken('token_type_wrong', { type: 'JWT', algorithm: 'RS256' }),
    best: 'wrong_token_kind',
    least: 0.95,
  },
  {
    name: 'suspects a session token where no JWT can be read',
    record: attempt('token_malformed'),
    best: 'wrong_token_kind',
    least: 0.6,
  },
  {
    name: 'rules the wrong kind out for an access token that is broken otherwise',
    record: withToken('token_malformed', { type: 'at+jwt', algorithm: 'ES256' }),
    best: 'token_tampered',
    ruledOut: ['wrong_token_kind'],
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
    name: 'sees a secret under an old name behind public keys that the verifier does not use',
    record: withToken('token_algorithm_refused', { algorithm: 'ES256', environment: 'production' }),
    evidence: {
      key_holders: [
        { service: 'auth', role: 'issuer', source: 'database', check_value: 'aaa' },
        { service: 'gateway', role: 'verifier', source: 'JWT_SECRET_KEY', check_value: 'bbb' },
      ],
      config: [
        { service: 'auth', setting: 'JWT_SECRET', code: 'legacy', message: 'JWT_SECRET is not read.' },
      ],
    },
    best: 'legacy_secret_name',
    least: 0.9,
    alsoNamed: 'secret_mismatch',
    ruledOut: ['token_tampered'],
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

describe('the rules', () => {
  it.each(CASES)('$name', ({ record, evidence, best, least = 0, alsoNamed, ruledOut = [] }) => {
    const { causes, ruled_out } = explain(record, evidence);

    expect(causes[0]?.root_cause).toBe(best);
    if (best !== undefined) expect(causes[0]?.confidence).toBeGreaterThanOrEqual(least);
    if (alsoNamed !== undefined) expect(causes.map((named) => named.root_cause)).toContain(alsoNamed);
    expect(ruled_out.map((out) => out.root_cause)).toEqual(expect.arrayContaining([...ruledOut]));
  });

  it('each name a root cause of their own and codes of the table', () => {
    expect(RULES.map(({ rootCause }) => rootCause).sort()).toEqual([...ROOT_CAUSES].sort());
    for (const { codes } of RULES) expect(REASON_CODES).toEqual(expect.arrayContaining([...codes]));
  });

  it('never claim certainty, and say what to do', () => {
    for (const { record, evidence } of CASES) {
      for (const { confidence, whys, fix } of explain(record, evidence).causes) {
        expect(confidence).toBeGreaterThan(0);
        expect(confidence).toBeLessThan(1);
        expect(whys.length).toBeGreaterThan(1);
        expect(fix.action).not.toBe('');
      }
    }
  });
});
