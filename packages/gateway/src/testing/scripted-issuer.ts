import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import {
  type DirectoryUser,
  newId,
  permissionsOf,
  type RevocationEntry,
  serviceProofKey,
  serviceProofMac,
} from '@netra/protocol';

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
  /** `down`: every answer is a 503. `hanging`: no answer to questions about users. `absent`: other paths are served here. */
  state: 'up' | 'down' | 'hanging' | 'absent';
  /** Adds an entry to the feed; the fields that are not given fit our own tokens of now. */
  revoke(entry: RevocationFacts): void;
  /** What the proof says of the key material here. Default: that it matches. */
  keyMaterial: { matches: boolean; key_mode: 'public_keys' | 'shared_secret'; source?: string };
  /** The next question about a user is answered 401, as after a restart with other keys. */
  refuseServiceTokenOnce: boolean;
}

const ISSUER = 'https://auth.test';
export const SERVICE_SECRET = 'a secret of this test only';

type WithoutPlace<Entry> = Entry extends RevocationEntry
  ? Omit<Entry, 'cursor' | 'at' | 'expires_at' | 'issuer' | 'not_before'> & { issuer?: string }
  : never;
export type RevocationFacts = WithoutPlace<RevocationEntry>;

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
  const feed: RevocationEntry[] = [];

  async function prove({ environment: asked, nonce }: { environment: string; nonce: string }) {
    const proofKey = await serviceProofKey(SERVICE_SECRET);
    const body = { environment: asked, issuer: ISSUER, ...issuer.keyMaterial };
    const mac = await serviceProofMac(proofKey, { direction: 'response', nonce, body });
    return Response.json({ ...body, mac });
  }

  const issuer: ScriptedIssuer = {
    issuer: ISSUER,
    requests: [],
    state: 'up',
    refuseServiceTokenOnce: false,
    keyMaterial: { matches: true, key_mode: 'public_keys' },
    revoke(facts) {
      const at = new Date(now()).toISOString();
      const times = { at, expires_at: new Date(now() + 660_000).toISOString() };
      const place = { cursor: String(feed.length + 1), issuer: ISSUER, ...times };
      // Spread over a union: TypeScript does not see that each member stays itself.
      feed.push({
        ...place,
        ...(facts.kind === 'user' ? { not_before: at } : {}),
        ...facts,
      } as RevocationEntry);
    },
    addUser(user) {
      const roles = user.roles ?? ['user'];
      users.set(user.user_id, { active: true, roles, permissions: permissionsOf(roles), ...user });
    },
    async fetch(request) {
      const { pathname } = new URL(request.url);
      issuer.requests.push(pathname);
      if (issuer.state === 'down') return Response.json({}, { status: 503 });
      if (issuer.state === 'absent') return Response.json({ code: 'route_unknown' }, { status: 404 });
      if (pathname === '/auth/jwks.json') {
        return Response.json({ keys: [{ kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }] });
      }
      if (pathname === '/auth/service/token') {
        return Response.json({ access_token: 'service', token_type: 'Bearer', expires_in: 600 });
      }
      if (pathname === '/auth/service/proof') return prove(await request.json());
      if (issuer.refuseServiceTokenOnce) {
        issuer.refuseServiceTokenOnce = false;
        return Response.json({}, { status: 401 });
      }
      if (pathname === '/auth/service/keys') {
        const item = { kid, state: 'active', created_at: new Date(now()).toISOString() };
        return Response.json({ key_mode: 'public_keys', items: [item] });
      }
      if (pathname === '/auth/service/revocations') {
        const after = Number(new URL(request.url).searchParams.get('after') ?? 0);
        return Response.json({ items: feed.slice(after), next_cursor: String(feed.length) });
      }
      if (issuer.state === 'hanging') return new Promise(() => undefined);
      if (pathname === '/auth/service/users' && request.method === 'POST') {
        const { user_id, email, name } = await request.json();
        issuer.addUser({ ...users.get(user_id), user_id, email, name });
      }
      const asked = pathname.split('/').at(-1) ?? '';
      const userId = asked === 'users' ? [...users.keys()].at(-1) : decodeURIComponent(asked);
      const user = users.get(userId ?? '');
      return user ? Response.json(user) : Response.json({ code: 'user_unknown' }, { status: 404 });
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
