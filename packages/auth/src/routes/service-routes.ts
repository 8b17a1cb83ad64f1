import {
  type DirectoryUser,
  permissionsOf,
  provisionUserBodySchema,
  type SigningKeys,
  serviceProofBodySchema,
} from '@netra/protocol';
import type { Verifier } from '@netra/token';
import type { Pool } from 'pg';
import type { RefusedAttempts } from '../attempts/refused-attempts.ts';
import { provisionExternalUser } from '../directory/external-users.ts';
import type { DirectoryEntry, Users } from '../directory/users.ts';
import type { KeyKeeper } from '../keys/key-keeper.ts';
import type { RingKey } from '../keys/ring-plan.ts';
import type { Revocations } from '../revocations/revocations.ts';
import { answerProof, heldOf, type ProofOptions } from '../service-credentials/proof.ts';
import { bearerOf } from './credentials.ts';
import { readJson } from './read-body.ts';
import type { Refuse } from './refuse.ts';

export interface ServiceRoutesOptions {
  /** Of services' tokens. */
  serviceVerifier: Verifier;
  users: Users;
  revocations: Revocations;
  attempts: Pick<RefusedAttempts, 'find'>;
  keys: Pick<KeyKeeper, 'list'>;
  pool: Pool;
  now: () => number;
  proof: ProofOptions;
  refuse: Refuse;
}

/** What gateways ask, by service token; the proof, by the secret itself. */
export function serviceRoutes(options: ServiceRoutesOptions) {
  const { serviceVerifier, users, revocations, attempts, keys, proof, refuse } = options;

  /** `undefined` lets the request in. */
  async function refusalOf(request: Request): Promise<Response | undefined> {
    const token = bearerOf(request.headers);
    if (token === undefined) return refuse('credential_missing');
    const verdict = await serviceVerifier.verify(token);
    return verdict.ok ? undefined : refuse(verdict.refusal.code, verdict.refusal);
  }

  return {
    /** `GET /auth/service/users/{user_id}`: what the gateway may know of a user. */
    async user(request: Request, userId: string): Promise<Response> {
      const refused = await refusalOf(request);
      if (refused) return refused;
      const user = await users.find(userId);
      if (user === undefined)
        return refuse('user_unknown', { status: 404, detail: 'No user has this id here.' });
      return Response.json(bodyOf(user));
    },

    /** `POST /auth/service/users`: an account for a user whom another trusted issuer vouches for. */
    async provision(request: Request): Promise<Response> {
      const refused = await refusalOf(request);
      if (refused) return refused;
      const body = await readJson(request, provisionUserBodySchema);
      if (body === undefined)
        return refuse('request_malformed', { detail: 'Send {issuer, user_id, email?, name?}.' });
      const user = await provisionExternalUser(body, options);
      return user === undefined ? refuse('user_unknown', { status: 404 }) : Response.json(bodyOf(user));
    },

    /** `GET /auth/service/revocations?after=`. */
    async revocations(request: Request): Promise<Response> {
      const refused = await refusalOf(request);
      if (refused) return refused;
      const after = new URL(request.url).searchParams.get('after') ?? undefined;
      return Response.json(await revocations.page(after));
    },

    /** `GET /auth/service/attempts/{attempt_id}`: what the id in a refusal of this service leads to. */
    async attempt(request: Request, attemptId: string): Promise<Response> {
      const refused = await refusalOf(request);
      if (refused) return refused;
      const found = await attempts.find(attemptId);
      return found === undefined ? refuse('attempt_unknown') : Response.json(found);
    },

    /** `GET /auth/service/keys`: states and check values, never key material. */
    async keys(request: Request): Promise<Response> {
      const refused = await refusalOf(request);
      if (refused) return refused;
      const body: SigningKeys = { ...heldOf(proof), items: (await keys.list()).map(keyOf) };
      return Response.json(body);
    },

    /** `POST /auth/service/proof`. */
    async proof(request: Request): Promise<Response> {
      const body = await readJson(request, serviceProofBodySchema);
      if (body === undefined)
        return refuse('request_malformed', { detail: 'The body is not that of a service proof.' });
      const answer = await answerProof(body, proof);
      return answer === undefined ? refuse('service_credential_invalid') : Response.json(answer);
    },
  };
}

function bodyOf({ userId, active, roles, email, name }: DirectoryEntry): DirectoryUser {
  return { user_id: userId, active, roles, permissions: permissionsOf(roles), email, name };
}

function keyOf(key: RingKey): SigningKeys['items'][number] {
  const time = (name: string, atMs: number | undefined) =>
    atMs === undefined ? {} : { [name]: new Date(atMs).toISOString() };
  return {
    kid: key.kid,
    state: key.state,
    created_at: new Date(key.createdAtMs).toISOString(),
    ...time('activate_at', key.activateAtMs),
    ...time('activated_at', key.activatedAtMs),
    ...time('retiring_at', key.retiringAtMs),
    ...time('revoked_at', key.revokedAtMs),
  };
}
