import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createVerifier, localKeys, ownIssuer, sharedSecretKeys } from '@netra/token';
import { createVerifier as createFastVerifier } from 'fast-jwt';
import { type JWK, jwtVerify, SignJWT } from 'jose';
import type { Figure } from './figure.ts';

const ISSUER = 'https://auth.example.com';
const AUDIENCE = 'netra';
const ENVIRONMENT = 'staging';
const SECRET = Buffer.from('f4Zq0bYxT1uLk8mWc2RjVd7nHs5oPaEi9gQy3tBzKvU');
/** Different tokens that are verified once each. */
const TOKENS = 2_000;
/** Tokens that are verified again and again, as those of signed-in users are. */
const REPEATED_TOKENS = 500;
const REPEATED_RUNS = 200_000;
/** Every rate is the best of this many turns, taken in turn with the peers', so that a busy moment meets all of them. */
const TURNS = 5;

type Verify = (token: string) => unknown;
/** How `jose` and `fast-jwt` are set up: the same checks of issuer, audience, type and times. */
interface Contestant {
  readonly name: string;
  /** Without memory, or with one that is empty at first. */
  create(): Verify;
}

/**
 * Verified tokens per second on one thread, one after the other, first time and repeated, beside `jose` and `fast-jwt`
 * alone. They check less: no duplicate members, no canonical encoding, no environment, no roles, no revocation.
 */
export async function measureToken(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const algorithm of ['ES256', 'RS256', 'HS256', 'EdDSA'] as const)
    figures.push(...(await measureAlgorithm(algorithm)));
  return figures;
}

type Algorithm = 'ES256' | 'RS256' | 'HS256' | 'EdDSA';

async function measureAlgorithm(algorithm: Algorithm): Promise<Figure[]> {
  const keys = makeKeys(algorithm);
  const tokens = await Promise.all(
    Array.from({ length: TOKENS }, (_, at) => sign(algorithm, keys.signing, at)),
  );
  const contestants = contestantsFor(algorithm, keys.verifying);
  const repeated = Array.from({ length: REPEATED_RUNS }, (_, at) => tokens[at % REPEATED_TOKENS] ?? '');
  const first = await race(contestants, { warmUp: [], tokens });
  // `jose` remembers nothing: its rate is that of the first time.
  const again = await race(
    contestants.filter(({ name }) => name !== 'jose'),
    { warmUp: repeated.slice(0, REPEATED_TOKENS), tokens: repeated },
  );
  const rate = (rates: Map<string, number>, name: string): number => rates.get(name) ?? Number.NaN;
  const jose = rate(first, 'jose');
  const beside = (rates: Map<string, number>) =>
    `netra ${inWords(rate(rates, 'netra'))}, jose ${inWords(jose)}, fast-jwt ${inWords(rate(rates, 'fast-jwt'))}`;
  return [
    {
      name: `${algorithm}, first time, as a share of jose`,
      value: rate(first, 'netra') / jose,
      unit: '×',
      bar: 0.8,
      bound: 'at least',
      details: beside(first),
    },
    {
      name: `${algorithm}, repeated`,
      value: rate(again, 'netra'),
      unit: '/s',
      // 500,000/s or 20 times jose, whichever is reached first.
      bar: Math.round(Math.min(500_000, 20 * jose)),
      bound: 'at least',
      details: `${(rate(again, 'netra') / jose).toFixed(0)} × jose; ${beside(again)}`,
    },
  ];
}

function inWords(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`;
}

async function race(
  contestants: readonly Contestant[],
  { warmUp, tokens }: { warmUp: readonly string[]; tokens: readonly string[] },
): Promise<Map<string, number>> {
  const best = new Map<string, number>();
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const { name, create } of contestants) {
      const verify = create();
      for (const token of warmUp) await verify(token);
      const before = performance.now();
      for (const token of tokens) await verify(token);
      const rate = tokens.length / ((performance.now() - before) / 1000);
      best.set(name, Math.max(best.get(name) ?? 0, rate));
    }
  }
  return best;
}

function contestantsFor(algorithm: Algorithm, key: KeyObject): Contestant[] {
  const isSecret = key.type === 'secret';
  const source = isSecret
    ? sharedSecretKeys({ secret: SECRET, kid: 'key-1' })
    : localKeys([{ ...(key.export({ format: 'jwk' }) as JWK), kid: 'key-1' }]);
  const expected = { issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt', algorithms: [algorithm] };
  return [
    {
      name: 'netra',
      create() {
        const issuers = [ownIssuer({ issuer: ISSUER, keys: source, audience: AUDIENCE })] as const;
        const verifier = createVerifier({ issuers, environment: ENVIRONMENT });
        return async (token) => {
          const verdict = await verifier.verify(token);
          if (!verdict.ok) throw new Error(verdict.refusal.code);
        };
      },
    },
    { name: 'jose', create: () => (token) => jwtVerify(token, key, expected) },
    {
      name: 'fast-jwt',
      create: () =>
        createFastVerifier({
          key: isSecret ? SECRET : (key.export({ format: 'pem', type: 'spki' }) as string),
          algorithms: [algorithm],
          allowedIss: ISSUER,
          allowedAud: AUDIENCE,
          checkTyp: 'at+jwt',
          cache: 10_000,
        }),
    },
  ];
}

function makeKeys(algorithm: Algorithm): { signing: KeyObject; verifying: KeyObject } {
  if (algorithm === 'HS256') {
    const key = createSecretKey(SECRET);
    return { signing: key, verifying: key };
  }
  const pair = pairFor(algorithm);
  return { signing: pair.privateKey, verifying: pair.publicKey };
}

function pairFor(algorithm: Exclude<Algorithm, 'HS256'>) {
  switch (algorithm) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'RS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
  }
}

/** An access token as the auth service makes it. */
function sign(algorithm: Algorithm, key: KeyObject, at: number): Promise<string> {
  return new SignJWT({
    sid: `ses_${'0'.repeat(20)}${at}`,
    env: ENVIRONMENT,
    roles: ['user'],
    permissions: ['chat'],
  })
    .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid: 'key-1' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(`user_${at}`)
    .setJti(`token_${at}`)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(key);
}
