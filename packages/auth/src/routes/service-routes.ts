import { createHash, timingSafeEqual } from 'node:crypto';
import { type DirectoryUser, permissionsOf } from '@netra/protocol';
import type { Verifier } from '@netra/token';
import { z } from 'zod';
import type { Users } from '../directory/users.ts';
import type { AccessTokens } from '../keys/access-tokens.ts';
import { bearerOf } from './credentials.ts';
import type { Refuse } from './refuse.ts';

export interface ServiceTokenOptions {
  serviceId: string;
  serviceSecret: string;
  tokens: AccessTokens;
  refuse: Refuse;
}

const grantSchema = z.object({
  grant_type: z.literal('client_credentials').default('client_credentials'),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
});

/** `POST /auth/service/token`: RFC 6749 §4.4, credentials in a form, in JSON, or as HTTP Basic. */
export function serviceTokenRoute({ serviceId, serviceSecret, tokens, refuse }: ServiceTokenOptions) {
  return async (request: Request): Promise<Response> => {
    const grant = grantSchema.safeParse(await readBody(request));
    if (!grant.success) {
      return refuse('request_malformed', {
        detail: 'grant_type must be client_credentials, with client_id and client_secret.',
      });
    }
    const { client_id: id, client_secret: secret } = grant.data;
    const sent = basicOf(request.headers) ?? { id: id ?? '', secret: secret ?? '' };
    // Both are compared, whatever the first says: time tells nothing about which one was wrong.
    const isId = isSameSecret(sent.id, serviceId);
    const isSecret = isSameSecret(sent.secret, serviceSecret);
    if (!(isId && isSecret)) return refuse('service_credential_invalid');
    const { token, expiresInS } = await tokens.forService(serviceId);
    return Response.json({ access_token: token, token_type: 'Bearer', expires_in: expiresInS });
  };
}

/** `GET /auth/service/users/{user_id}`: what the gateway may know of a user. Only for service tokens. */
export function directoryRoute({
  verifier,
  users,
  refuse,
}: {
  verifier: Verifier;
  users: Users;
  refuse: Refuse;
}) {
  return async (request: Request, userId: string): Promise<Response> => {
    const token = bearerOf(request.headers);
    if (token === undefined) return refuse('credential_missing');
    const verdict = await verifier.verify(token);
    if (!verdict.ok) return refuse(verdict.refusal.code, verdict.refusal);
    const user = await users.find(userId);
    if (user === undefined)
      return refuse('user_unknown', { status: 404, detail: 'No user has this id here.' });
    const { active, roles, email, name } = user;
    const body: DirectoryUser = {
      user_id: userId,
      active,
      roles,
      permissions: permissionsOf(roles),
      email,
      name,
    };
    return Response.json(body);
  };
}

async function readBody(request: Request): Promise<unknown> {
  const text = await request.text();
  if (!(request.headers.get('content-type') ?? '').includes('json')) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are joined. */
function basicOf(headers: Headers): { id: string; secret: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64')
    .toString('utf8')
    .split(/:(.*)/s)
    .map((part) => new URLSearchParams(`v=${part.replaceAll('&', '%26')}`).get('v') ?? '');
  return { id, secret };
}

function isSameSecret(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
