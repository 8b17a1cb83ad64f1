import { randomBytes } from 'node:crypto';
import { E2E_KEY_HEADER, e2eTokenBodySchema } from '@netra/protocol';
import { addressKey } from '@netra/service';
import type { AuditLog } from '../audit/audit-log.ts';
import type { E2eUsers } from '../e2e/e2e-users.ts';
import { requestFacts } from '../identity/request-facts.ts';
import type { AccessTokens } from '../keys/access-tokens.ts';
import { isSameSecret } from '../keys/secret-digest.ts';
import type { AttemptLimit, AttemptLimits } from '../rate-limits/attempt-limits.ts';
import { readJson } from './read-body.ts';
import type { Refuse } from './refuse.ts';
import { tokenResponse } from './token-response.ts';

export interface E2eTokenRouteOptions {
  /** Absent: nobody can have the right one. */
  e2eKey: string | undefined;
  e2eUsers: E2eUsers;
  tokens: AccessTokens;
  audit: AuditLog;
  limits: AttemptLimits;
  refuse: Refuse;
}

/** A suite of tests signs in often; a guesser of keys gets nowhere. */
const REQUESTS: AttemptLimit = { max: 300, windowMs: 60_000 };
const WRONG_KEYS: AttemptLimit = { max: 10, windowMs: 60_000 };

/** `POST /auth/e2e/token`: a real token of a real user who is there for end-to-end tests. Never register it in production. */
export function e2eTokenRoute({ e2eKey, e2eUsers, tokens, audit, limits, refuse }: E2eTokenRouteOptions) {
  return async (request: Request): Promise<Response> => {
    const { clientAddress, userAgent } = requestFacts(request.headers);
    const address = clientAddress === undefined ? 'unknown' : addressKey(clientAddress);
    const sent = request.headers.get(E2E_KEY_HEADER) ?? '';
    // Compared also where there is no key: time does not tell whether there is one.
    const isRight = isSameSecret(sent, e2eKey ?? '') && e2eKey !== undefined;
    const limit = isRight ? REQUESTS : WRONG_KEYS;
    const verdict = await limits.take(`e2e:${isRight ? 'right' : 'wrong'}:${address}`, limit);
    if (!verdict.ok) return refuse('rate_limited', { retryAfterMs: verdict.retryAfterMs });
    const actor = { kind: 'nobody' } as const;
    if (!isRight) {
      await audit.record({ action: 'e2e_key_refused', actor, clientAddress, userAgent });
      const detail = e2eKey === undefined ? 'This auth service has no E2E_OAUTH_SIMULATION_KEY.' : undefined;
      return refuse('e2e_key_invalid', { detail });
    }

    const body = await readJson(request, e2eTokenBodySchema);
    if (body === undefined) return refuse('request_malformed', { detail: 'Send {user_id?}.' });
    const user = await e2eUsers.find(body.user_id);
    if (user === undefined) {
      const who = body.user_id === undefined ? 'There is no test user' : `${body.user_id} is no test user`;
      return refuse('user_unknown', { detail: `${who} in this auth service; run \`netra seed e2e\`.` });
    }
    if (!user.active) return refuse('user_inactive', { detail: '`netra seed e2e` reactivates test users.' });
    if (user.roles.some((role) => role !== 'user'))
      return refuse('permission_missing', { detail: 'A user for end-to-end tests must not be an operator.' });
    const sessionId = `e2e_${randomBytes(10).toString('hex')}`;
    await audit.record({ action: 'e2e_token_issued', actor, userId: user.userId, clientAddress, userAgent });
    return tokenResponse(tokens, { ...user, sessionId, kind: 'e2e' });
  };
}
