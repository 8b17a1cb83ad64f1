import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { type DirectoryUser, newId, permissionsOf } from '@netra/protocol';

/**
 * A scripted edge: it stands where the auth service stands, so that tests can make it slow, wrong or absent.
 * It signs real ES256 tokens; the real auth service is in the system tests.
 */
export interface ScriptedIssuer {
  readonly issuer: string;
  /** What `createGateway` takes as `auth.fetch`. */
  fetch(request: Request): Promise<Response>;
  addUser(user: Partial<DirectoryUser> & { user_id: string }): void;
  /** A token that is right unless `claims` or `header` say otherwise. A claim set to undefined is left out. */
  token(
    userId: string,
    changes?: { claims?: Record<string, unknown>; header?: Record<string, unknown> },
  ): string;
  /** Requests so far, by path. */
  readonly requests: string[];
  /** `down`: every answer is a 503. `hanging`: no answer to questions about users. */
  state: 'up' | 'down' | 'hanging';
  /** The next question about a user is answered 401, as after a restart with other keys. */
  refuseServiceTokenOnce: boolean;
}

const ISSUER = 'https://auth.test';

export function createScriptedIssuer({
  now,
  environment,
}: {
  now: () => number;
  environment: string;
}): ScriptedIssuer {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' });
  // RFC 7638: members in lexical order, no white space.
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  const users = new Map<string, DirectoryUser>();

  const issuer: ScriptedIssuer = {
    issuer: ISSUER,
    requests: [],
    state: 'up',
    refuseServiceTokenOnce: false,
    addUser(user) {
      const roles = user.roles ?? ['user'];
      users.set(user.user_id, { active: true, roles, permissions: permissionsOf(roles), ...user });
    },
    async fetch(request) {
      const { pathname } = new URL(request.url);
      issuer.requests.push(pathname);
      if (issuer.state === 'down') return Response.json({}, { status: 503 });
      if (pathname === '/auth/jwks.json') {
        return Response.json({ keys: [{ kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }] });
      }
      if (pathname === '/auth/service/token') {
        return Response.json({ access_token: 'service', token_type: 'Bearer', expires_in: 600 });
      }
      if (issuer.refuseServiceTokenOnce) {
        issuer.refuseServiceTokenOnce = false;
        return Response.json({}, { status: 401 });
      }
      if (issuer.state === 'hanging') return new Promise(() => undefined);
      const user = users.get(decodeURIComponent(pathname.replace('/auth/service/users/', '')));
      return user ? Response.json(user) : Response.json({}, { status: 404 });
    },
    token(userId, { claims = {}, header = {} } = {}) {
      const issuedAtS = Math.floor(now() / 1000);
      const roles = users.get(userId)?.roles ?? ['user'];
      const payload = {
        iss: ISSUER,
        aud: 'netra',
        sub: userId,
        sid: `session-of-${userId}`,
        jti: newId('ref'),
        iat: issuedAtS,
        exp: issuedAtS + 600,
        env: environment,
        roles,
        permissions: permissionsOf(roles),
        ...claims,
      };
      const input = `${encode({ alg: 'ES256', typ: 'at+jwt', kid, ...header })}.${encode(payload)}`;
      const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
      return `${input}.${signature.toString('base64url')}`;
    },
  };
  return issuer;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
