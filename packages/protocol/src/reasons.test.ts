import { describe, expect, it } from 'vitest';
import { problemOf, problemSchema, refusal } from './problem.ts';
import { closeCodeOf, isReasonCode, REASON_CODES, REASONS, reasonOfClose } from './reasons.ts';

/** The contract's table, status by status; written out again on purpose, so that a slip in either place shows. */
const BY_STATUS: Record<string, string> = {
  400: 'request_malformed subprotocol_unsupported credential_in_url credential_ambiguous',
  401: `credential_missing token_too_large token_malformed token_algorithm_refused token_key_unknown
    token_signature_invalid token_expired token_not_yet_valid token_issuer_untrusted token_audience_wrong
    token_environment_wrong token_type_wrong token_claim_missing token_revoked token_user_mismatch session_ended
    user_unknown ticket_unknown ticket_expired ticket_used ticket_binding_wrong e2e_key_invalid
    service_credential_invalid`,
  403: 'origin_not_allowed user_inactive permission_missing',
  404: 'thread_unknown run_unknown agent_unknown approval_unknown attempt_unknown route_unknown',
  405: 'method_not_allowed',
  409: 'run_in_progress approval_settled idempotency_conflict',
  413: 'body_too_large',
  422: 'message_invalid frame_type_unknown',
  426: 'upgrade_missing',
  431: 'headers_too_large',
  429: 'rate_limited connection_limit quota_exceeded',
  499: 'client_gone',
  500: 'internal_error',
  503: `auth_unavailable keys_unavailable database_unavailable handshake_deadline draining model_unavailable`,
  none: `run_interrupted run_timeout step_limit tool_failed model_rate_limited model_refused output_limit
    message_malformed message_rate_exceeded message_too_large max_age slow_consumer overloaded permissions_changed
    disconnected_by_operator heartbeat_lost`,
};

const BY_CLOSE: Record<string, string> = {
  1008: 'message_malformed message_rate_exceeded',
  1009: 'message_too_large',
  1011: 'internal_error',
  1012: 'draining max_age',
  1013: 'slow_consumer overloaded',
  3000: 'token_expired token_revoked permissions_changed session_ended user_unknown',
  3003: 'user_inactive permission_missing disconnected_by_operator',
  3008: 'heartbeat_lost',
};

function words(text: string): string[] {
  return text.split(/\s+/).sort();
}

function grouped(field: 'http' | 'close'): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const code of [...REASON_CODES].sort()) {
    const key = String(REASONS[code][field] ?? 'none');
    groups[key] = [...(groups[key] ?? []), code];
  }
  return groups;
}

describe('the table of reasons', () => {
  it('has the statuses of the contract', () => {
    expect(grouped('http')).toEqual(
      Object.fromEntries(Object.entries(BY_STATUS).map(([k, v]) => [k, words(v)])),
    );
  });

  it('has the close codes of the contract', () => {
    const { none: _none, ...closes } = grouped('close');
    expect(closes).toEqual(Object.fromEntries(Object.entries(BY_CLOSE).map(([k, v]) => [k, words(v)])));
  });

  it.each(REASON_CODES)('explains %s in whole sentences', (code) => {
    const { title, meaning, fix, operatorFix } = REASONS[code];
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    for (const text of [meaning, fix, operatorFix]) expect(text).toMatch(/^(`|[A-Z]).*\.$/s);
  });

  it.each(REASON_CODES)('makes a valid problem of %s', (code) => {
    const problem = problemOf(refusal(code), { publicUrl: 'https://netra.example/', attemptId: 'att_1' });
    expect(problemSchema.parse(problem).type).toBe(`https://netra.example/reasons/${code}`);
  });

  it('says never 401 for an outage', () => {
    const outages = REASON_CODES.filter((code) => code.endsWith('_unavailable'));
    expect(outages.map((code) => REASONS[code].http)).toEqual(outages.map(() => 503));
  });
});

describe('the reason of a close', () => {
  it('is its text when that is a code', () => {
    expect(reasonOfClose(3000, 'session_ended')?.code).toBe('session_ended');
  });

  it('falls back on the number', () => {
    expect(reasonOfClose(1009, '')?.code).toBe('message_too_large');
    expect(reasonOfClose(1012, 'Service Restart')?.code).toBe('draining');
  });

  it('is unknown for a loss without a close frame', () => {
    expect(reasonOfClose(1006, '')).toBeUndefined();
  });

  it('agrees with the close code of the table', () => {
    expect(closeCodeOf('slow_consumer')).toBe(1013);
  });
});

it('does not take names of the prototype for codes', () => {
  expect(isReasonCode('constructor')).toBe(false);
});
