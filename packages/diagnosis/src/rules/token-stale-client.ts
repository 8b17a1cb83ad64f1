import { cause, describeDuration, parseTime, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** Below this a difference of clocks explains it as well. */
const CLEARLY_STALE_MS = 120_000;

/** The client uses a token after its end instead of fetching a new one. */
export const tokenStaleClient: Rule = {
  rootCause: 'token_stale_client',
  title: 'The client uses a token after its end',
  codes: ['token_expired'],
  alongside: [
    'token_environment_wrong',
    'token_audience_wrong',
    'token_issuer_untrusted',
    'token_key_unknown',
    'token_signature_invalid',
    'token_revoked',
    'session_ended',
  ],
  needs: 'When the token ended.',
  refutedBy: 'The token had not ended by the clock of the server, or that clock is measured to be ahead.',
  prevention: 'Use the SDK, which fetches a token before each connection and renews it before its end.',
  judge({ attempt, token, evidence, atMs, isOwnCode }) {
    const expiresAtMs = parseTime(token.expires_at);
    if (expiresAtMs === undefined) return unknown;
    const lateMs = atMs - expiresAtMs;
    if (lateMs <= 0) return ruledOut('The token had not expired by the clock of this server.');
    if ((evidence.clock?.offset_ms ?? 0) >= lateMs)
      return ruledOut('By a right clock the token had not ended: this server is ahead.');
    const repeats = (evidence.nearby_attempts ?? []).filter(
      ({ attempt_id, code, user_id, facts }) =>
        code === attempt.code &&
        attempt_id !== attempt.attempt_id &&
        user_id === attempt.user_id &&
        facts?.token?.expires_at === token.expires_at,
    ).length;
    const isClear = lateMs > CLEARLY_STALE_MS;
    const isClockMeasured = evidence.clock !== undefined;
    if (!isOwnCode && !isClear) return unknown;
    return cause({
      confidence: repeats > 0 ? 0.95 : isClear ? (isClockMeasured ? 0.9 : 0.78) : 0.55,
      reason:
        repeats > 0
          ? 'The same token came several times after its end.'
          : isClear
            ? isClockMeasured
              ? 'It ended long before, and the clock of this server was measured.'
              : 'It ended long before; the clock of this server was not measured.'
            : 'It had only just ended; clocks that differ would explain it as well.',
      whys: [
        why(
          'Why was it refused?',
          'The token had expired.',
          ...seen('facts.token.expires_at', token.expires_at, `after ${attempt.at}`),
        ),
        why(
          'Why did it send an expired token?',
          repeats > 0
            ? `The client keeps sending the same token: ${repeats} more attempts carry it.`
            : `The client used a token ${describeDuration(lateMs)} after its end instead of fetching a new one, as after sleep or in a tab left open.`,
          ...seen('nearby_attempts with the same exp', repeats > 0 ? repeats : undefined),
        ),
      ],
      fix: {
        action:
          'Let the client fetch a token before each connection, and again on `renew_token`; the SDK does.',
      },
    });
  },
};
