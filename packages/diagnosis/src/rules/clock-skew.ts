import { LIMITS } from '@netra/protocol';
import {
  cause,
  describeDuration,
  parseTime,
  type Rule,
  type RuleInput,
  ruledOut,
  seen,
  unknown,
  why,
} from '../rule.ts';

/** A clock that is off by more would have been noticed; then the token is simply old. */
const MAX_PLAUSIBLE_SKEW_MS = 10 * 60_000;

/** The clocks of issuer and verifier differ. */
export const clockSkew: Rule = {
  rootCause: 'clock_skew',
  title: 'The clocks of issuer and verifier differ',
  codes: ['token_not_yet_valid', 'token_expired'],
  alongside: [
    'token_environment_wrong',
    'token_audience_wrong',
    'token_issuer_untrusted',
    'token_signature_invalid',
    'user_unknown',
  ],
  needs: 'The times of the token, or the clock measured against another.',
  refutedBy: 'A measured clock that is right, or a token older than any plausible difference.',
  prevention: 'Keep all machines in step with NTP, and alert on the measured offset.',
  judge(input) {
    const { attempt, evidence, isOwnCode } = input;
    const offsetMs = evidence.clock?.offset_ms;
    const isMeasuredOff = offsetMs !== undefined && Math.abs(offsetMs) > LIMITS.tokenSkewMs;
    if (!isOwnCode) return isMeasuredOff ? measured(input, offsetMs) : unknown;
    if (isMeasuredOff && fits(attempt.code, offsetMs)) return measured(input, offsetMs);
    if (offsetMs !== undefined && !isMeasuredOff)
      return ruledOut(
        `The clock of this server was measured and is off by ${describeDuration(Math.abs(offsetMs))} only.`,
      );
    return attempt.code === 'token_expired' ? judgeExpired(input) : judgeFuture(input);
  },
};

/** Ahead of the issuer, tokens seem expired; behind it, they come from the future. */
function fits(code: string, offsetMs: number): boolean {
  return code === 'token_expired' ? offsetMs > 0 : offsetMs < 0;
}

function measured({ evidence, token, attempt }: RuleInput, offsetMs: number) {
  const direction = offsetMs > 0 ? 'ahead of' : 'behind';
  const by = describeDuration(Math.abs(offsetMs));
  return cause({
    confidence: 0.96,
    reason: `The clock was measured against ${evidence.clock?.reference ?? 'another'}.`,
    whys: [
      why(
        'Why was it refused?',
        'Its times do not fit the time of this server.',
        ...seen('facts.token.issued_at', token.issued_at),
        ...seen('facts.token.expires_at', token.expires_at, attempt.at),
      ),
      why(
        'Why do they not fit?',
        `The clock of this server is ${direction} that of ${evidence.clock?.reference ?? 'the issuer'}, by ${by}.`,
        ...seen('clock.offset_ms', offsetMs, `within ${LIMITS.tokenSkewMs}`),
      ),
      why('Why does it differ?', 'Its clock is not kept in step, or was set by hand.'),
    ],
    fix: { action: 'Synchronize the clocks of both machines (NTP).', command: 'timedatectl status' },
  });
}

function judgeExpired({ attempt, token, evidence, atMs }: RuleInput) {
  const expiresAtMs = parseTime(token.expires_at);
  if (expiresAtMs === undefined) return unknown;
  const lateMs = atMs - expiresAtMs;
  if (lateMs > MAX_PLAUSIBLE_SKEW_MS)
    return ruledOut(`The token ended ${describeDuration(lateMs)} before: more than clocks plausibly differ.`);
  // One user with an old token is ordinary; many at once are not.
  const users = new Set(
    (evidence.nearby_attempts ?? [])
      .filter(({ code, user_id }) => code === attempt.code && user_id !== undefined)
      .map(({ user_id }) => user_id),
  );
  if (users.size < 3) return unknown;
  return guessed(undefined, 'ahead of', 0.6, seen('nearby_attempts: users affected', users.size));
}

function judgeFuture({ attempt, token, atMs }: RuleInput) {
  const validFrom = token.not_before ?? token.issued_at;
  const validFromMs = parseTime(validFrom);
  if (validFromMs === undefined) return unknown;
  const aheadMs = validFromMs - atMs;
  if (aheadMs <= 0) return ruledOut('The token was valid already by the clock of this server.');
  const confidence = aheadMs > MAX_PLAUSIBLE_SKEW_MS ? 0.7 : 0.9;
  return guessed(
    aheadMs,
    'behind',
    confidence,
    seen('facts.token valid from', validFrom, `before ${attempt.at}`),
  );
}

function guessed(
  differenceMs: number | undefined,
  direction: string,
  confidence: number,
  evidence: ReturnType<typeof seen>,
) {
  return cause({
    confidence,
    reason:
      differenceMs === undefined
        ? 'Many users at once are refused as expired; no clock was measured.'
        : 'An issuer does not write tokens for the future on purpose.',
    whys: [
      why('Why was it refused?', 'Its times do not fit the time of this server.', ...evidence),
      why(
        'Why do they not fit?',
        differenceMs === undefined
          ? `The clock of this server seems to be ${direction} the issuer's.`
          : `The clock of this server is ${direction} the issuer's, by about ${describeDuration(differenceMs)}.`,
      ),
    ],
    fix: { action: 'Synchronize the clocks of both machines (NTP).', command: 'timedatectl status' },
  });
}
