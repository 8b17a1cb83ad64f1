import { expect, it } from 'vitest';
import { GOOD } from '../testing/broken-environments.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { inspectToken } from './inspect-token.ts';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const issuer = 'http://localhost:8080';
const token = `${encode({ alg: 'HS256', typ: 'at+jwt' })}.${encode({ iss: issuer })}.${Buffer.alloc(32).toString('base64url')}`;
const fetch = async () => Response.json({ issuer });

function inspect(env: Record<string, string>) {
  const io = recordingIo({ env });
  const inspection = inspectToken({ io, token, url: issuer, environment: 'staging', json: true, fetch });
  return inspection.then(() => JSON.parse(io.output()));
}

it('judges a token of a shared secret with the secret of the chain', async () => {
  const { verdict } = await inspect({ JWT_SECRET_STAGING: GOOD.jwtSecret });
  expect(verdict).toMatchObject({ ok: false, code: 'token_signature_invalid' });
});

it('gives no verdict without the secret, and says where it comes from', async () => {
  await expect(inspect({})).rejects.toMatchObject({
    code: 'shared_secret_missing',
    fix: expect.stringContaining('JWT_SECRET_STAGING_FILE'),
  });
});
