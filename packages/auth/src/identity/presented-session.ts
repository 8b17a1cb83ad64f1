import { getSessionFromCtx } from 'better-auth/api';
import { setRequestCookie } from 'better-auth/cookies';
import { bearerOf } from '../routes/credentials.ts';

type HookContext = Parameters<typeof getSessionFromCtx>[0];

/** The session of a request, in a hook that runs before the endpoint. */
export async function presentedSession(ctx: HookContext) {
  const headers = bearerAsCookie(ctx.headers, ctx.context.authCookies.sessionToken.name);
  return (await getSessionFromCtx({ ...ctx, headers })) ?? (await getSessionFromCtx(ctx));
}

/** Hooks see the request as it came; only the endpoint itself is given the session of a bearer token as a cookie. */
function bearerAsCookie(headers: Headers | undefined, cookieName: string): Headers {
  const seen = new Headers(headers);
  const token = bearerOf(seen);
  if (token) setRequestCookie(seen, cookieName, token);
  return seen;
}
