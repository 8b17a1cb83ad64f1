import { agentFromRun } from '@netra/agent';
import { foreignIssuer, oidcKeys, type TrustedIssuer } from '@netra/token';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { everywhere, verdictsOf } from '../kit/doors.ts';
import { connectRaw } from '../kit/raw-socket.ts';
import { type Stack, startStack } from '../kit/stack.ts';
import { startTokenProvider, type TokenProvider, type TokenShape } from '../kit/token-provider.ts';

/** As the three say their tokens look; the values are made up. */
const SHAPES: Record<string, TokenShape> = {
  'https://auth0.shape/api': {
    algorithm: 'RS256',
    type: 'at+jwt',
    claims: {
      sub: 'auth0|65f0c1',
      azp: 'product',
      permissions: ['chat'],
      'https://product.example/roles': ['admin'],
    },
  },
  'https://keycloak.shape/account': {
    algorithm: 'ES256',
    type: 'JWT',
    claims: {
      sub: 'f3b0c442-98fc-1c14-9afb-f4c8996fb924',
      typ: 'Bearer',
      sid: '0e6cf5a8-session',
      realm_access: { roles: ['offline_access', 'netra-operators'] },
      preferred_username: 'ada',
      email: 'ada@example.com',
      email_verified: true,
    },
  },
  'https://firebase.shape/project': {
    algorithm: 'RS256',
    type: 'JWT',
    claims: { sub: 'fb-uid', user_id: 'fb-uid', auth_time: 1_700_000_000, firebase: { identities: {} } },
  },
};

let provider: TokenProvider;
let stack: Stack | undefined;
beforeAll(async () => {
  provider = await startTokenProvider(SHAPES);
});
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
});
afterAll(() => provider.stop());

type Profile = Partial<Pick<TrustedIssuer, 'roles' | 'types'>> & {
  claims?: Partial<TrustedIssuer['claims']>;
};

async function start(audience: string, profile: Profile): Promise<Stack> {
  const { issuer } = provider;
  const keys = oidcKeys({ issuer, fetch: (request) => fetch(request) });
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  const trusted = foreignIssuer({ issuer, audience, keys, provisioning: 'just-in-time', ...profile });
  stack = await startStack({ agents: () => [silent], defaultAgent: 'silent', issuers: [trusted] });
  return stack;
}

it.each<[string, string, Profile, string[]]>([
  [
    'Auth0',
    'https://auth0.shape/api',
    { roles: { claim: 'https://product.example/roles', map: { admin: 'operator' }, fallback: 'user' } },
    ['operator'],
  ],
  [
    'Keycloak',
    'https://keycloak.shape/account',
    { roles: { claim: ['realm_access', 'roles'], map: { 'netra-operators': 'operator' }, fallback: 'user' } },
    ['operator'],
  ],
  ['Firebase', 'https://firebase.shape/project', { claims: { userId: 'user_id' }, types: ['JWT'] }, ['user']],
])(
  'a %s-shaped token of a real provider, whose keys are discovered, is good at every door',
  async (_name, audience, profile, roles) => {
    const { url } = await start(audience, profile);
    const token = await provider.token(audience);
    expect(await verdictsOf(url, `Bearer ${token}`)).toEqual(everywhere('ok'));
    const socket = await connectRaw(url, token);
    expect(await socket.next('connection_established')).toMatchObject({ roles });
    socket.close();
    const other = Object.keys(SHAPES).find((each) => each !== audience) ?? '';
    const elsewhere = await provider.token(other);
    expect(Object.values(await verdictsOf(url, `Bearer ${elsewhere}`))).not.toContain('ok');
  },
);
