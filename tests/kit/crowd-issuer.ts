import { randomBytes, randomUUID } from 'node:crypto';
import { forge, hs256 } from './token-forge.ts';

const ISSUER = 'https://crowd.example';
const SECRET = randomBytes(48).toString('base64url');

/** Makes every process of a fleet trust tokens of `crowdToken`: users by the thousand without a password each. */
export const CROWD_ISSUERS = JSON.stringify([
  {
    issuer: ISSUER,
    audience: 'netra',
    secret: SECRET,
    provisioning: 'just-in-time',
  },
]);

const sign = hs256(Buffer.from(SECRET));

/** A token for a user of this name, valid for an hour or `lifeMs`. */
export function crowdToken(name: string, lifeMs = 3_600_000): string {
  const iat = Math.floor(Date.now() / 1000);
  const user = { sub: name, email: `${name}@crowd.example`, name };
  const times = { iat, exp: iat + Math.round(lifeMs / 1000), jti: randomUUID() };
  return forge({ alg: 'HS256', typ: 'JWT' }, { iss: ISSUER, aud: 'netra', ...user, ...times }, sign);
}
