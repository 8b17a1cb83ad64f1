import fc from 'fast-check';
import { expect } from 'vitest';
import { localKeys } from '../local-keys.ts';
import { sharedSecretKeys } from '../shared-secret-keys.ts';
import { foreignIssuer, ownIssuer } from '../trusted-issuer.ts';
import { createVerifier, type Verifier } from '../verifier.ts';
import { createTokenMaker, NOW_MS, OWN_CLAIMS, OWN_ISSUER, signWithSecret } from './token-maker.ts';

const SECRET = Buffer.from('f4Zq0bYxT1uLk8mWc2RjVd7nHs5oPaEi9gQy3tBzKvU');

/** Alters good tokens of every kind in every way that comes to mind: none is accepted, none makes the verifier throw. */
export async function checkMutatedTokens({ runs, seed }: { runs: number; seed: number }): Promise<void> {
  const { verifier, tokens } = await createSubjects();
  for (const token of tokens) expect(await verifier.verify(token)).toMatchObject({ ok: true });
  const good = new Set(tokens);
  const mutated = fc
    .tuple(
      fc.constantFrom(...tokens),
      fc.constantFrom(...tokens),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
    )
    .map(([token, other, mutations]) => mutations.reduce((text, mutate) => mutate(text, other), token));
  await fc.assert(
    fc.asyncProperty(mutated, async (token) => {
      fc.pre(!good.has(token));
      const verdict = await verifier.verify(token);
      expect(verdict.ok).toBe(false);
    }),
    { numRuns: runs, seed },
  );
}

async function createSubjects(): Promise<{ verifier: Verifier; tokens: string[] }> {
  const makers = await Promise.all(
    ['ES256', 'RS256', 'EdDSA', 'PS256'].map((alg) => createTokenMaker(alg, `key-${alg}`)),
  );
  const product = 'https://shop.example';
  const verifier = createVerifier({
    issuers: [
      ownIssuer({
        issuer: OWN_ISSUER,
        keys: localKeys(makers.map(({ publicJwk }) => publicJwk)),
        audience: 'netra',
      }),
      foreignIssuer({ issuer: product, keys: sharedSecretKeys({ secret: SECRET }), audience: 'netra' }),
    ],
    environment: 'staging',
    now: () => NOW_MS,
  });
  const own = await Promise.all(makers.map((maker) => maker.sign(OWN_CLAIMS)));
  return { verifier, tokens: [...own, await signWithSecret({ ...OWN_CLAIMS, iss: product }, SECRET)] };
}

/** Changes a token; `other` is another good one. */
type Mutation = (token: string, other: string) => string;

const character = fc.oneof(
  fc.constantFrom(
    '',
    'A',
    'b',
    '0',
    '-',
    '_',
    '.',
    '=',
    '+',
    '/',
    ' ',
    '\n',
    '"',
    '{',
    '\u0000',
    'é',
    '\ud800',
  ),
  fc.string({ maxLength: 3 }),
);

/** Some characters at one place are others. */
const splice: fc.Arbitrary<Mutation> = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 3 }), character)
  .map(([where, length, text]) => (token) => {
    const at = Math.floor(where * token.length);
    return token.slice(0, at) + text + token.slice(at + length);
  });

/** One bit of one part is another, and the part is spelled canonically again. */
const flipBit: fc.Arbitrary<Mutation> = fc
  .tuple(fc.nat({ max: 2 }), fc.nat({ max: 4_000 }))
  .map(([index, bit]) => (token) => {
    return changePart(token, index, (part) => {
      const bytes = Buffer.from(part, 'base64url');
      if (bytes.length === 0) return part;
      const at = (bit >> 3) % bytes.length;
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (bit & 7)), at);
      return bytes.toString('base64url');
    });
  });

/** A part is gone, doubled, or that of another token. */
const swapPart: fc.Arbitrary<Mutation> = fc
  .tuple(fc.nat({ max: 2 }), fc.constantFrom('', 'other', 'twice'))
  .map(([index, kind]) => (token, other) => {
    if (kind === 'twice') return changePart(token, index, (part) => `${part}.${part}`);
    return changePart(token, index, () => (kind === 'other' ? (other.split('.')[index] ?? '') : ''));
  });

/** A member of header or claims is another, and everything is JSON as it should be. */
const setMember: fc.Arbitrary<Mutation> = fc
  .tuple(
    fc.nat({ max: 1 }),
    fc.constantFrom(
      'alg',
      'kid',
      'typ',
      'crit',
      'jwk',
      'jku',
      'iss',
      'sub',
      'exp',
      'aud',
      'roles',
      '__proto__',
    ),
    fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('none', 'HS256', 'ES256', 'RS256', 'operator', OWN_ISSUER),
    ),
  )
  .map(([index, name, value]) => (token) => {
    return changePart(token, index, (part) => {
      try {
        const object: object = JSON.parse(Buffer.from(part, 'base64url').toString());
        return Buffer.from(JSON.stringify({ ...object, [name]: value })).toString('base64url');
      } catch {
        // An earlier mutation left no JSON: it is altered enough.
        return part;
      }
    });
  });

const mutation = fc.oneof(splice, flipBit, swapPart, setMember);

function changePart(token: string, index: number, change: (part: string) => string): string {
  const parts = token.split('.');
  return parts.with(Math.min(index, parts.length - 1), change(parts[index] ?? '')).join('.');
}
