import { cause, describeDuration, parseTime, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** A clock that is off by more would have been noticed; then the token is simply old. */
const MAX_PLAUSIBLE_SKEW_MS = 10 * 60_000;

/**
 * The clocks of issuer and verifier differ.
 * Needs the token's times. Refuted for an expired token that is older than any plausible difference.
 */
export const clockSkew: Rule = {
  rootCause: 'clock_skew',
  codes: ['token_not_yet_valid', 'token_expired'],
  judge({ attempt, token, evidence, atMs }) {
    if (attempt.code === 'token_expired') {
      const expiresAtMs = parseTime(token.expires_at);
      if (expiresAtMs === undefined) return unknown;
      const lateMs = atMs - expiresAtMs;
      if (lateMs > MAX_PLAUSIBLE_SKEW_MS) {
        return ruledOut(
          `The token ended ${describeDuration(lateMs)} before: more than clocks plausibly differ.`,
        );
      }
      // One user with an old token is ordinary; many at once are not.
      const users = new Set(
        (evidence.nearby_attempts ?? [])
          .filter(({ code }) => code === attempt.code)
          .map(({ user_id }) => user_id),
      );
      return users.size < 3
        ? unknown
        : cause(skew(undefined, 'ahead of', 0.6, seen('nearby_attempts: users affected', users.size)));
    }
    const validFrom = token.not_before ?? token.issued_at;
    const validFromMs = parseTime(validFrom);
    if (validFromMs === undefined) return unknown;
    const aheadMs = validFromMs - atMs;
    if (aheadMs <= 0) return ruledOut('The token was valid already by the clock of this server.');
    return cause(
      skew(
        aheadMs,
        'behind',
        aheadMs > MAX_PLAUSIBLE_SKEW_MS ? 0.7 : 0.9,
        seen('facts.token valid from', validFrom, `before ${attempt.at}`),
      ),
    );
  },
};

function skew(
  differenceMs: number | undefined,
  direction: string,
  confidence: number,
  evidence: ReturnType<typeof seen>,
) {
  return {
    confidence,
    whys: [
      why('Why was it refused?', 'Its times do not fit the time of this server.', ...evidence),
      why(
        'Why do they not fit?',
        differenceMs === undefined
          ? `The clock of this server seems to be ${direction} the issuer's.`
          : `The clock of this server is ${direction} the issuer's, by about ${describeDuration(differenceMs)}.`,
      ),
    ],
    fix: { action: 'Synchronize the clocks of both machines (NTP).' },
  };
}
