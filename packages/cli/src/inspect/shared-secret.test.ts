import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { GOOD } from '../testing/broken-environments.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { inspectToken } from './inspect-token.ts';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const issuer = 'http://localhost:8080';
const token = `${encode({ alg: 'HS256', typ: 'at+jwt' })}.${encode({ iss: issuer })}.${Buffer.alloc(32).toString('base64url')}`;
const fetch = async () => Response.json({ issuer });

function inspect(env: Record<string, string>, text = token) {
  const io = recordingIo({ env });
  const inspection = inspectToken({
    io,
    token: text,
    url: issuer,
    environment: 'staging',
    json: true,
    fetch,
  });
  return inspection.then(() => JSON.parse(io.output()));
}

it('judges a token of a shared secret with the secret of the chain', async () => {
  const { verdict } = await inspect({ JWT_SECRET_STAGING: GOOD.jwtSecret });
  expect(verdict).toMatchObject({ ok: false, code: 'token_signature_invalid' });
});

it('judges a token of a trusted issuer by TRUSTED_ISSUERS, as the server would', async () => {
  const shop = 'https://shop.example.com';
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: shop, aud: 'netra', sub: '42', iat, exp: iat + 600 };
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  const signature = createHmac('sha256', GOOD.otherJwtSecret).update(signed).digest('base64url');
  const ofShop = `${signed}.${signature}`;
  const trusted = [{ issuer: shop, audience: 'netra', secret: GOOD.otherJwtSecret }];
  const verdictOf = async (env: Record<string, string>, text = ofShop) => (await inspect(env, text)).verdict;
  const env = { TRUSTED_ISSUERS: JSON.stringify(trusted) };
  expect(await verdictOf(env)).toMatchObject({ ok: true });
  expect(await verdictOf(env, `${signed}.${Buffer.alloc(32).toString('base64url')}`)).toMatchObject({
    code: 'token_signature_invalid',
  });
  expect(await verdictOf({})).toMatchObject({ ok: false, code: 'token_issuer_untrusted' });
  const broken = inspect({ TRUSTED_ISSUERS: '[{}]' }, ofShop);
  await expect(broken).rejects.toMatchObject({ code: 'trusted_issuers_invalid' });
  const missing = inspect({ TRUSTED_ISSUERS_FILE: '/nowhere' }, ofShop);
  await expect(missing).rejects.toMatchObject({ code: 'trusted_issuers_invalid' });
});

it('gives no verdict without the secret, and says where it comes from', async () => {
  await expect(inspect({})).rejects.toMatchObject({
    code: 'shared_secret_missing',
    fix: expect.stringContaining('JWT_SECRET_STAGING_FILE'),
  });
});
