import { REASONS, type ReasonCode } from '@netra/protocol';
import type { RootCause } from '../root-causes.ts';
import type { Finding } from './check.ts';
import type { DoctorVisit } from './doctor-context.ts';
import type { Answer } from './read-answer.ts';

/** The server refused what a check needed. */
export class DoctorRefusal extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`The server answered ${answer.status}${answer.code === undefined ? '' : ` ${answer.code}`}`);
    this.name = 'DoctorRefusal';
    this.answer = answer;
  }
}

/** What a code means when a fresh token of this very installation is refused. */
export const CAUSES: Partial<Record<ReasonCode, RootCause>> = {
  upgrade_missing: 'proxy_dropped_upgrade',
  auth_unavailable: 'auth_down',
  keys_unavailable: 'key_set_unreachable',
  database_unavailable: 'database_down',
  handshake_deadline: 'auth_slow',
  internal_error: 'code_defect',
  draining: 'deploy_draining',
  user_unknown: 'e2e_user_not_seeded',
  user_inactive: 'user_deactivated',
  e2e_key_invalid: 'e2e_credentials_missing',
  token_signature_invalid: 'secret_mismatch',
  token_key_unknown: 'key_rotated_without_overlap',
  token_expired: 'clock_skew',
  token_not_yet_valid: 'clock_skew',
  token_issuer_untrusted: 'wrong_issuer',
  token_audience_wrong: 'wrong_audience',
  token_environment_wrong: 'wrong_environment',
  service_credential_invalid: 'service_credential_rejected',
  rate_limited: 'rate_limit_hit',
  connection_limit: 'connection_limit_hit',
  origin_not_allowed: 'origin_not_configured',
  permission_missing: 'permission_not_granted',
  session_ended: 'session_revoked',
  token_revoked: 'session_revoked',
  model_unavailable: 'model_unreachable',
  model_rate_limited: 'model_rate_limited',
  step_limit: 'run_limit_hit',
  output_limit: 'run_limit_hit',
  run_timeout: 'run_limit_hit',
  tool_failed: 'tool_failed',
  run_interrupted: 'run_interrupted',
};
/** The same for a token that somebody brought, which may be old or of elsewhere. */
const CAUSES_OF_GIVEN_TOKEN: Partial<Record<ReasonCode, RootCause>> = {
  token_expired: 'token_stale_client',
  token_signature_invalid: 'token_tampered',
  user_unknown: 'user_deleted',
};

/** A refusal as a finding; where the server gave an attempt id, it ends in `netra why`. */
export function refusalFinding(
  { status, code, attemptId, server }: Answer,
  { doing, context }: { doing: string; context: DoctorVisit },
): Finding {
  const given = context.credential?.kind === 'access_token' ? CAUSES_OF_GIVEN_TOKEN : {};
  const rootCause = code === undefined ? undefined : { ...CAUSES, ...given }[code];
  const said =
    code === undefined
      ? `HTTP ${status}, which is not an answer of Netra${server === undefined ? '' : ` but of ${server}`}`
      : `HTTP ${status} ${code}. ${REASONS[code].meaning} ${REASONS[code].operatorFix}`;
  return {
    severity: 'error',
    message: `${doing}: the server answered ${said}`,
    command: commandFor(code, attemptId, context),
    evidence: [{ source: 'status', observed: String(status) }],
    ...(code === undefined ? {} : { code }),
    ...(attemptId === undefined ? {} : { attempt_id: attemptId }),
    ...(rootCause === undefined ? {} : { root_cause: rootCause }),
  };
}

function commandFor(
  code: ReasonCode | undefined,
  attemptId: string | undefined,
  { url }: DoctorVisit,
): string {
  if (code === 'user_unknown') return 'netra seed e2e';
  if (code === 'e2e_key_invalid') return 'netra config check';
  if (attemptId !== undefined) return `netra why ${attemptId}`;
  return `curl -i ${url}/health/ready`;
}
