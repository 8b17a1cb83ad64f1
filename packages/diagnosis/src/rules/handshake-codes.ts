import type { ReasonCode } from '@netra/protocol';

/** Refusals that the judge of tokens gives once it can read one. */
const TOKEN_CODES = [
  'token_algorithm_refused',
  'token_key_unknown',
  'token_signature_invalid',
  'token_issuer_untrusted',
  'token_audience_wrong',
  'token_environment_wrong',
  'token_expired',
  'token_not_yet_valid',
  'token_type_wrong',
  'token_claim_missing',
] as const satisfies readonly ReasonCode[];

/** Everything that a handshake commonly ends in: where a fault of the installation is asked for alongside. */
export const HANDSHAKE_CODES = [
  ...TOKEN_CODES,
  'token_revoked',
  'session_ended',
  'user_unknown',
  'user_inactive',
  'credential_missing',
  'origin_not_allowed',
  'upgrade_missing',
  'ticket_unknown',
  'ticket_expired',
  'e2e_key_invalid',
  'service_credential_invalid',
  'auth_unavailable',
  'keys_unavailable',
  'database_unavailable',
  'handshake_deadline',
  'client_gone',
  'internal_error',
  'rate_limited',
  'connection_limit',
] as const satisfies readonly ReasonCode[];
