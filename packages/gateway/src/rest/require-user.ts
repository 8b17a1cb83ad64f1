import { countOfHeader, type Refusal } from '@netra/protocol';
import type { Context, MiddlewareHandler } from 'hono';
import type { AddressGate, Sender } from '../admission/address-gate.ts';
import type { Authenticate, Principal } from '../admission/authenticate.ts';
import { clientFacts } from '../admission/client-facts.ts';
import { findCredential } from '../admission/credential.ts';
import { type Attempt, beginAttempt, type StepResult } from '../attempts/attempt.ts';
import type { Attempts } from '../attempts/attempts.ts';
import { createUserContext } from '../connections/user-context.ts';
import { refuse } from './refuse.ts';
import type { RestEnv } from './rest-options.ts';

export interface RequireUserOptions {
  authenticate: Authenticate;
  attempts: Attempts;
  addressGate: AddressGate;
  publicUrl: string;
  now: () => number;
}

/** Lets a request through with a `UserContext`, or refuses it with a recorded attempt. The judge is that of `/ws`. */
export function requireUser(options: RequireUserOptions): MiddlewareHandler<RestEnv> {
  return async (c, next) => {
    const attempt = beginRequestAttempt(c, options.now);
    const judged = await judgeBearer(c, attempt, options.authenticate);
    if (!judged.ok) return refuseAttempt(c, attempt, judged.refusal, options);
    const { principal, token } = judged.value;
    c.set('context', createUserContext({ ...principal, traceId: attempt.id }));
    c.set('token', token);
    return next();
  };
}

export function beginRequestAttempt(c: Context<RestEnv>, now: () => number): Attempt {
  return beginAttempt({ now, client: clientFacts((name) => c.req.header(name)) });
}

/** Whom a request comes from, as far as addresses tell. */
export function senderOf(c: Context<RestEnv>): Sender {
  return {
    remoteAddress: c.env.incoming?.socket.remoteAddress,
    header: (name) => c.req.header(name),
  };
}

/** Steps `credential`, `token`, `user_status`, `permission`. */
export async function judgeBearer(
  c: Context<RestEnv>,
  attempt: Attempt,
  authenticate: Authenticate,
): Promise<StepResult<{ principal: Principal; token: string }>> {
  const authorization = c.req.header('authorization');
  const credential = await attempt.step('credential', () =>
    findCredential({
      url: c.req.url,
      headers: authorization === undefined ? {} : { authorization },
      authorizationCount: authorizationCount(c),
      subprotocols: [],
    }),
  );
  if (!credential.ok) return credential;
  attempt.note({ client: clientFacts((name) => c.req.header(name), credential.value.carrier) });
  // Without subprotocols there is no other carrier.
  const token = 'token' in credential.value ? credential.value.token : '';
  const principal = await authenticate(token, attempt);
  return principal.ok ? { ok: true, value: { principal: principal.value, token } } : principal;
}

/** Answers a refused attempt, and records it. */
export function refuseAttempt(
  c: Context<RestEnv>,
  attempt: Attempt,
  refused: Refusal,
  { attempts, addressGate, publicUrl }: Pick<RequireUserOptions, 'attempts' | 'addressGate' | 'publicUrl'>,
): Response {
  if (attempts.mayKeep(addressGate.keyOf(senderOf(c)), refused.code))
    attempts.record(attempt.finish(refused));
  return refuse(refused, { publicUrl, attemptId: attempt.id });
}

/** Node keeps the first of several `Authorization` lines and says nothing of the others. */
function authorizationCount(c: Context<RestEnv>): number {
  const rawHeaders = c.env.incoming?.rawHeaders;
  if (rawHeaders === undefined) return c.req.header('authorization') === undefined ? 0 : 1;
  return countOfHeader(rawHeaders, 'authorization');
}
