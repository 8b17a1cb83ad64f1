import { createVerifier, ownIssuer, sharedSecretKeys } from '@netra/token';
import { createAddressGate } from './admission/address-gate.ts';
import { createAuthenticate } from './admission/authenticate.ts';
import { createOrigins } from './admission/origins.ts';
import { createAttempts } from './attempts/attempts.ts';
import { createAuthClient } from './auth-client/auth-client.ts';
import { createKeyProof } from './auth-client/key-proof.ts';
import type { KeyMaterial } from './auth-client/service-proof.ts';
import { createUserBudgets } from './connections/frame-budget.ts';
import { createLiveSet, type LiveSet } from './connections/live-set.ts';
import type { GatewayOptions } from './gateway-options.ts';
import type { GuideProbesOptions } from './guide-probes.ts';
import { endRevoked } from './revocations/end-revoked.ts';
import { createRevocationFeed } from './revocations/revocation-feed.ts';
import { createTickets } from './tickets/tickets.ts';

/** Of our own tokens. */
const AUDIENCE = 'netra';

/** The rooms that judge and hold connections. */
export function createEdge(options: GatewayOptions, now: () => number) {
  const { pool, publicUrl, environment, allowedOrigins, log } = options;
  const liveSet = createLiveSet({ now });
  const { trustedProxies, handshakesPerMinute } = options;
  return {
    ...createJudge(options, liveSet, now),
    addressGate: createAddressGate({
      ...(trustedProxies && { trustedProxies }),
      ...(handshakesPerMinute !== undefined && { handshakesPerMinute }),
      now,
    }),
    origins: createOrigins(allowedOrigins, publicUrl),
    attempts: createAttempts({ pool, now, log }),
    tickets: createTickets({ pool, environment, now, log }),
    liveSet,
    userBudgets: createUserBudgets({ now }),
  };
}

/** What decides who may come in, and who may no longer stay. */
function createJudge(options: GatewayOptions, liveSet: LiveSet, now: () => number) {
  const { pool, auth, environment, serviceId, serviceSecret, sharedSecret, issuers = [], log } = options;
  const breaker = options.authBreaker === undefined ? {} : { breaker: options.authBreaker };
  const authClient = createAuthClient({ ...auth, ...breaker, serviceId, serviceSecret, now, log });
  const { directory, circuit } = authClient;
  const revocationFeed = createRevocationFeed({
    exchange: authClient.asService,
    onEntries(entries) {
      for (const entry of entries) if (entry.kind === 'user') directory.forget(entry.user_id);
      // Another key has taken over by now, and clients whose connections end here come back with tokens of it.
      if (entries.some(({ kind }) => kind === 'key')) authClient.keys.expectChange();
      endRevoked(entries, { liveSet, view: revocationFeed.view });
    },
    pool,
    now,
    log,
  });
  const revocations = revocationFeed.view;
  const keys = sharedSecret ? sharedSecretKeys({ secret: sharedSecret.bytes }) : authClient.keys;
  const own = ownIssuer({ issuer: auth.issuer, keys, audience: AUDIENCE });
  const verifier = createVerifier({ issuers: [own, ...issuers], environment, revocations, now });
  const material: KeyMaterial = {
    environment,
    keyMode: sharedSecret ? 'shared_secret' : 'public_keys',
    ...(sharedSecret && { checkValue: sharedSecret.checkValue, source: sharedSecret.source }),
  };
  return {
    authClient,
    revocationFeed,
    revocations,
    keyMaterial: material,
    keyProof: createKeyProof({ prove: () => authClient.prove(material), material, now, log }),
    authenticate: createAuthenticate({
      verifier,
      directory,
      ownIssuer: auth.issuer,
      revocationFeed,
      circuit,
      secretCandidates: options.secretCandidates ?? [],
    }),
    expected: expectedOf(options),
    issuers,
  };
}

/** What the verifier wants of tokens of this installation: evidence for explanations. */
function expectedOf({ auth, environment, sharedSecret }: GatewayOptions): GuideProbesOptions['expected'] {
  return {
    issuer: auth.issuer,
    audience: AUDIENCE,
    environment,
    ...(sharedSecret && { key_source: sharedSecret.source, key_check_value: sharedSecret.checkValue }),
  };
}
