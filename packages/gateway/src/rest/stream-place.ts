import type { Context } from 'hono';
import { checkConnectionLimit } from '../admission/connection-limit.ts';
import { beginRequestAttempt, refuseAttempt } from './require-user.ts';
import type { RestEnv, RestOptions } from './rest-options.ts';

/** The refusal of a stream whose user has no place left, if so. Open the stream in the same tick. */
export function refuseStream(
  c: Context<RestEnv>,
  options: Pick<RestOptions, 'places' | 'attempts' | 'addressGate' | 'publicUrl' | 'now'>,
): Response | undefined {
  const { userId } = c.get('context');
  const attempt = beginRequestAttempt(c, options.now);
  attempt.note({ userId });
  const place = checkConnectionLimit(attempt, userId, options.places);
  return place.ok ? undefined : refuseAttempt(c, attempt, place.refusal, options);
}
