import type { Drill } from '../drill.ts';
import { freePort } from '../lab/free-port.ts';
import { meetWithToken } from '../lab/knock.ts';
import { mintToken, newSecret, ordinaryClaims } from '../lab/mint-token.ts';

const ISSUER = 'https://id.example.com';

export const keySetUnreachable: Drill = {
  name: 'key_set_unreachable',
  injected: 'The key set of a trusted issuer does not answer',
  expected: 'key_set_unreachable',
  outside: { check: 'token', rootCause: 'key_set_unreachable' },
  async stack(lab) {
    const entry = {
      issuer: ISSUER,
      audience: 'netra',
      jwks_url: `http://127.0.0.1:${await freePort()}/jwks.json`,
    };
    return lab.start({ env: { TRUSTED_ISSUERS: JSON.stringify([entry]) } });
  },
  async run(stack) {
    const { environment, url } = stack;
    const claims = ordinaryClaims({ issuer: ISSUER, userId: 'ada', environment });
    return meetWithToken(
      url,
      mintToken(claims, { secret: newSecret(), header: { alg: 'ES256', kid: 'drill-key' } }),
    );
  },
};
