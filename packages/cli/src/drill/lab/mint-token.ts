import { createHmac, randomBytes } from 'node:crypto';

/** A secret as `openssl rand -base64 48` makes one. */
export function newSecret(): string {
  return randomBytes(48).toString('base64url');
}

/** Signs what a holder of the secret can sign: any header, any claims. */
export function mintToken(
  claims: Readonly<Record<string, unknown>>,
  { secret, header = {} }: { secret: string; header?: Readonly<Record<string, unknown>> },
): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', ...header })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** The claims of a user's access token as the auth service would write them now. */
export function ordinaryClaims(options: {
  issuer: string;
  userId: string;
  environment: string;
  roles?: readonly string[];
  permissions?: readonly string[];
}): Record<string, unknown> {
  const { issuer, userId, environment, roles = ['user'], permissions = ['chat'] } = options;
  const nowS = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: 'netra',
    sub: userId,
    sid: `drill_${randomBytes(8).toString('hex')}`,
    jti: randomBytes(16).toString('base64url'),
    env: environment,
    roles,
    permissions,
    iat: nowS,
    exp: nowS + 600,
  };
}
