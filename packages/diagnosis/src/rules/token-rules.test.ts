import type { Evidence } from '../evidence.ts';
import { relative } from '../testing/attempts.ts';
import { describeVerdicts } from '../testing/describe-verdicts.ts';
import { refused } from '../testing/given.ts';
import type { CasesByCause } from '../testing/verdicts.ts';

const STAGING: Evidence = {
  expected: { environment: 'staging', issuer: 'https://staging.example', audience: 'netra' },
};
const holders = (issuer: string, verifier: string): Evidence => ({
  key_holders: [
    { service: 'auth', role: 'issuer', source: 'JWT_SECRET_KEY', check_value: issuer },
    { service: 'gateway', role: 'verifier', source: 'JWT_SECRET_STAGING', check_value: verifier },
  ],
});
const config = (setting: string, code: string): Evidence => ({
  config: [{ service: 'gateway', setting, code, message: `${setting} is not as it should be.` }],
});
const token = (parts: object) => ({ token: parts });

const CASES: CasesByCause = {
  secret_mismatch: {
    fits: refused('token_signature_invalid', {}, holders('aaa', 'bbb')),
    refuted: refused('token_signature_invalid', {}, holders('aaa', 'aaa')),
    unknown: refused('token_signature_invalid'),
  },
  secret_source_conflict: {
    fits: refused('token_signature_invalid', {}, config('JWT_SECRET_STAGING', 'conflict')),
    refuted: refused('token_signature_invalid', {}, { config: [] }),
    unknown: refused('token_signature_invalid'),
  },
  legacy_secret_name: {
    fits: refused('token_signature_invalid', { signature_matches: ['JWT_SECRET'] }),
    refuted: refused('token_signature_invalid', {}, { config: [] }),
    unknown: refused('token_signature_invalid'),
  },
  weak_or_default_secret: {
    fits: refused('auth_unavailable', {}, config('SERVICE_SECRET', 'known')),
    refuted: refused('auth_unavailable', {}, { config: [] }),
    unknown: refused('auth_unavailable'),
  },
  config_missing: {
    fits: refused('e2e_key_invalid', {}, config('SERVICE_SECRET', 'missing')),
    refuted: refused('e2e_key_invalid', {}, { config: [] }),
    unknown: refused('e2e_key_invalid'),
  },
  key_rotated_without_overlap: {
    fits: refused('token_key_unknown', token({ key_id: 'k0', issued_at: relative(-300) }), {
      retired_keys: [{ key_id: 'k0', state: 'revoked', at: relative(-60) }],
    }),
    refuted: refused('token_signature_invalid', token({ key_id: 'k1' }), { known_key_ids: ['k1'] }),
    unknown: refused('token_key_unknown'),
  },
  key_set_unreachable: {
    fits: refused('keys_unavailable', {}, { key_set: { reachable: false }, auth: { reachable: true } }),
    refuted: refused('keys_unavailable', {}, { key_set: { reachable: false }, auth: { reachable: false } }),
    unknown: refused('keys_unavailable'),
  },
  wrong_environment: {
    fits: refused('token_key_unknown', token({ environment: 'production' }), STAGING),
    refuted: refused('token_key_unknown', token({ environment: 'staging' }), STAGING),
    unknown: refused('token_key_unknown'),
  },
  wrong_audience: {
    fits: refused('token_audience_wrong', token({ audience: 'other' }), STAGING),
    refuted: refused('token_audience_wrong', token({ audience: 'netra' }), STAGING),
    unknown: 'code_alone',
  },
  wrong_issuer: {
    fits: refused('token_issuer_untrusted', token({ issuer: 'https://elsewhere.example' }), STAGING),
    refuted: refused('token_issuer_untrusted', token({ issuer: 'https://staging.example' }), STAGING),
    unknown: refused('token_issuer_untrusted'),
  },
  clock_skew: {
    fits: refused('token_expired', token({ expires_at: relative(-90) }), {
      clock: { offset_ms: 120_000, reference: 'the auth service' },
    }),
    refuted: refused('token_expired', token({ expires_at: relative(-90) }), {
      clock: { offset_ms: 40, reference: 'the auth service' },
    }),
    unknown: refused('token_expired'),
  },
  token_stale_client: {
    fits: refused('token_expired', token({ expires_at: relative(-3_600) })),
    refuted: refused('token_expired', token({ expires_at: relative(-90) }), {
      clock: { offset_ms: 120_000, reference: 'the auth service' },
    }),
    unknown: refused('token_expired'),
  },
  token_tampered: {
    fits: refused('token_signature_invalid', { signature_matches: [] }, holders('aaa', 'aaa')),
    refuted: refused('token_signature_invalid', {}, holders('aaa', 'bbb')),
    unknown: refused('token_signature_invalid'),
  },
  wrong_token_kind: {
    fits: refused('token_type_wrong', token({ type: 'JWT', algorithm: 'RS256' })),
    refuted: refused('token_claim_missing', token({ type: 'at+jwt' })),
    unknown: refused('token_claim_missing'),
  },
  session_revoked: { fits: refused('session_ended'), refuted: 'never', unknown: 'code_alone' },
  user_deactivated: {
    fits: refused('user_inactive', { user: { exists: true, active: false } }),
    refuted: refused('user_inactive', {}, { user: { exists: true, active: true } }),
    unknown: 'code_alone',
  },
  user_deleted: {
    fits: refused('user_unknown', {}, { user: { exists: false, deleted_at: relative(-60) } }),
    refuted: refused('user_unknown', {}, { user: { exists: false, found_in: 'the old database' } }),
    unknown: refused('user_unknown'),
  },
  user_in_other_store: {
    fits: refused('user_unknown', {}, { user: { exists: false, found_in: 'the old database' } }),
    refuted: refused('user_unknown', {}, { user: { exists: false } }),
    unknown: refused('user_unknown'),
  },
  e2e_user_not_seeded: {
    fits: refused('user_unknown', { user: { exists: false } }, {}, { user_id: 'staging-e2e-user-001' }),
    refuted: refused('user_unknown', {}, {}, { user_id: 'usr_7' }),
    unknown: refused('user_unknown'),
  },
  e2e_credentials_missing: {
    fits: refused('credential_missing', { e2e: { is_key_configured: false } }),
    refuted: refused('credential_missing', {}, {}, { client: { client_type: 'web' } }),
    unknown: refused('credential_missing'),
  },
  permission_not_granted: { fits: refused('permission_missing'), refuted: 'never', unknown: 'code_alone' },
  ticket_reused: { fits: refused('ticket_used'), refuted: 'never', unknown: 'code_alone' },
  ticket_stale: { fits: refused('ticket_expired'), refuted: 'never', unknown: 'code_alone' },
  ticket_elsewhere: { fits: refused('ticket_binding_wrong'), refuted: 'never', unknown: 'code_alone' },
};

describeVerdicts(CASES);
