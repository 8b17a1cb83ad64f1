import { cause, describeDuration, parseTime, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** Below this a difference of clocks explains it as well. */
const CLEARLY_STALE_MS = 120_000;

/**
 * The client uses a token after its end instead of fetching a new one.
 * Needs the token's `exp`. Refuted when the token had not expired by the server's clock.
 */
export const tokenStaleClient: Rule = {
  rootCause: 'token_stale_client',
  codes: ['token_expired'],
  judge({ attempt, token, evidence, atMs }) {
    const expiresAtMs = parseTime(token.expires_at);
    if (expiresAtMs === undefined) return unknown;
    const lateMs = atMs - expiresAtMs;
    if (lateMs <= 0) return ruledOut('The token had not expired by the clock of this server.');
    const repeats = (evidence.nearby_attempts ?? []).filter(
      ({ attempt_id, code, user_id, facts }) =>
        code === attempt.code &&
        attempt_id !== attempt.attempt_id &&
        user_id === attempt.user_id &&
        facts?.token?.expires_at === token.expires_at,
    ).length;
    const isClear = lateMs > CLEARLY_STALE_MS;
    return cause({
      confidence: repeats > 0 ? 0.95 : isClear ? 0.85 : 0.55,
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
