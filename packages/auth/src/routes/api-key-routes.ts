import {
  API_KEY_DAYS,
  API_KEY_PREFIX,
  type ApiKey,
  type CreatedApiKey,
  createApiKeyBodySchema,
  permissionsOf,
} from '@netra/protocol';
import type { ApiKeys, StoredApiKey } from '../api-keys/api-keys.ts';
import { rolesOf } from '../directory/users.ts';
import type { AttemptLimit, AttemptLimits } from '../rate-limits/attempt-limits.ts';
import { bearerOf } from './credentials.ts';
import { readJson } from './read-body.ts';
import type { Refuse } from './refuse.ts';
import { type createSignedIn, type SignedIn, withCookies } from './signed-in.ts';

export interface ApiKeyRoutesOptions {
  signedIn: ReturnType<typeof createSignedIn>;
  apiKeys: ApiKeys;
  limits: AttemptLimits;
  refuse: Refuse;
  now: () => number;
}

/** The one key that a key may revoke. No id is this word: they begin with `key_`. */
const OWN_KEY = 'self';
const DAY_MS = 24 * 60 * 60_000;
/** Per user: enough to put away all that one may have, and too few to fill the audit log with. */
const CHANGES: AttemptLimit = { max: 60, windowMs: 60_000 };

/** `GET·POST /auth/api-keys`, `DELETE /auth/api-keys/{key_id}`: for whoever is signed in by a session. A key may revoke itself, as `self`, no more. */
export function apiKeyRoutes({ signedIn, apiKeys, limits, refuse, now }: ApiKeyRoutesOptions) {
  async function mayChange(request: Request): Promise<SignedIn> {
    const caller = await signedIn(request);
    if (!caller.ok) return caller;
    const verdict = await limits.take(`api-keys:${caller.session.userId}`, CHANGES);
    if (verdict.ok) return caller;
    return { ok: false, response: refuse('rate_limited', { retryAfterMs: verdict.retryAfterMs }) };
  }

  async function revokeItself(apiKey: string): Promise<Response> {
    const use = await apiKeys.use(apiKey);
    if (use === undefined)
      return refuse('session_ended', { detail: 'The API key is unknown, has expired or was revoked.' });
    await apiKeys.revoke({ userId: use.user.userId, keyId: use.keyId });
    return new Response(null, { status: 204 });
  }

  return {
    async list(request: Request): Promise<Response> {
      const caller = await signedIn(request);
      if (!caller.ok) return caller.response;
      const items = (await apiKeys.list(caller.session.userId)).map(bodyOf);
      return withCookies(Response.json({ items }), caller.cookies);
    },

    async create(request: Request): Promise<Response> {
      const caller = await mayChange(request);
      if (!caller.ok) return caller.response;
      const body = await readJson(request, createApiKeyBodySchema);
      if (body === undefined)
        return refuse('request_malformed', { detail: 'Send {name, scopes?, expires_in_days?}.' });
      const { userId, role } = caller.session;
      const { name, scopes = ['chat'], expires_in_days: days = API_KEY_DAYS.default } = body;
      const mayHave = permissionsOf(rolesOf(role));
      const tooMuch = scopes.find((scope) => !mayHave.includes(scope));
      if (tooMuch !== undefined)
        return refuse('permission_missing', { detail: `You do not have ${tooMuch} yourself.` });
      const expiresAt = new Date(now() + days * DAY_MS);
      const created = await apiKeys.create({ userId, name, scopes, expiresAt });
      if (created === undefined)
        return refuse('quota_exceeded', { detail: 'Revoke a key that is no longer used.' });
      const answer: CreatedApiKey = { ...bodyOf(created.stored), api_key: created.apiKey };
      return withCookies(Response.json(answer, { status: 201 }), caller.cookies);
    },

    async revoke(request: Request, keyId: string): Promise<Response> {
      const bearer = bearerOf(request.headers);
      if (keyId === OWN_KEY && bearer?.startsWith(API_KEY_PREFIX)) return revokeItself(bearer);
      const caller = await mayChange(request);
      if (!caller.ok) return caller.response;
      const isRevoked = await apiKeys.revoke({ userId: caller.session.userId, keyId });
      if (!isRevoked) return refuse('route_unknown', { detail: 'You have no such API key.' });
      return withCookies(new Response(null, { status: 204 }), caller.cookies);
    },
  };
}

function bodyOf({ keyId, name, scopes, createdAt, expiresAt, lastUsedAt }: StoredApiKey): ApiKey {
  return {
    key_id: keyId,
    name,
    scopes,
    created_at: createdAt.toISOString(),
    expires_at: expiresAt.toISOString(),
    ...(lastUsedAt && { last_used_at: lastUsedAt.toISOString() }),
  };
}
