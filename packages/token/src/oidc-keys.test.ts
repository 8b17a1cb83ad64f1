import { beforeAll, expect, test } from 'vitest';
import { oidcKeys } from './oidc-keys.ts';
import { createTokenMaker, NOW_MS, type TokenMaker } from './testing/token-maker.ts';

let maker: TokenMaker;
beforeAll(async () => {
  maker = await createTokenMaker('RS256');
});

const METADATA = '/.well-known/openid-configuration';

/** A provider whose metadata the test writes; it notes what it is asked for. */
function scripted({ issuer, metadata, keys }: { issuer: string; metadata: unknown; keys?: () => Response }) {
  const asked: string[] = [];
  const warnings: object[] = [];
  const source = oidcKeys({
    issuer,
    fetch(request) {
      asked.push(request.url);
      if (request.url.endsWith(METADATA)) return Response.json(metadata);
      return keys?.() ?? Response.json({ keys: [maker.publicJwk] });
    },
    now: () => NOW_MS,
    log: { warn: (fields) => warnings.push(fields) },
  });
  const find = async () => {
    const lookup = await source.find('key-1');
    return lookup.found ? 'found' : lookup.refusal.code;
  };
  return { asked, warnings, source, find };
}

test.each(['https://id.example', 'https://id.example/', 'https://id.example/realms/a'])(
  'the keys of %s are found by its metadata',
  async (issuer) => {
    const { asked, source, find } = scripted({
      issuer,
      metadata: { issuer, jwks_uri: 'https://keys.example/jwks' },
    });
    expect(source.current('key-1')).toBeUndefined();
    expect(await find()).toBe('found');
    expect(await find()).toBe('found');
    expect(source.current('key-1')).toBeDefined();
    expect(asked).toEqual([`${issuer.replace(/\/$/, '')}${METADATA}`, 'https://keys.example/jwks']);
  },
);

test('a provider on localhost may use http for both', async () => {
  const issuer = 'http://localhost:9000';
  const { find } = scripted({ issuer, metadata: { issuer, jwks_uri: `${issuer}/jwks` } });
  expect(await find()).toBe('found');
});

test('a provider on localhost may have its keys behind https', async () => {
  const issuer = 'http://localhost:9000';
  const { find } = scripted({ issuer, metadata: { issuer, jwks_uri: 'https://keys.example/jwks' } });
  expect(await find()).toBe('found');
});

const ISSUER = 'https://id.example';
test.each([
  [
    'is that of another issuer',
    { issuer: 'https://other.example', jwks_uri: 'https://id.example/jwks' },
    'another issuer',
  ],
  ['names no issuer', { jwks_uri: 'https://id.example/jwks' }, 'another issuer'],
  ['names no key set', { issuer: ISSUER }, 'names no key set'],
  ['names a key set that is no text', { issuer: ISSUER, jwks_uri: 7 }, 'names no key set'],
  [
    'names a key set without https',
    { issuer: ISSUER, jwks_uri: 'http://id.example/jwks' },
    'not behind https',
  ],
  ['names a key set that is no address', { issuer: ISSUER, jwks_uri: 'jwks' }, 'Invalid URL'],
  ['is text', 'metadata', 'not metadata'],
  ['is null', null, 'not metadata'],
])('metadata that %s leads to no key', async (_name, metadata, why) => {
  const { asked, warnings, find } = scripted({ issuer: ISSUER, metadata });
  expect(await find()).toBe('keys_unavailable');
  expect(asked).toEqual([`${ISSUER}${METADATA}`]);
  expect(JSON.stringify(warnings)).toContain(why);
  expect(warnings).toEqual([{ jwks_url: `${ISSUER}${METADATA}`, error: expect.any(String) }]);
});
