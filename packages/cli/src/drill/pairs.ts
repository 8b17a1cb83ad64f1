import type { Drill, StartStack } from './drill.ts';
import { hideTickets, showTickets } from './lab/hide-table.ts';
import { knockWithToken } from './lab/knock.ts';
import { mintToken, newSecret, ordinaryClaims } from './lab/mint-token.ts';
import { throughProxy } from './lab/through-proxy.ts';
import { trustOperator } from './lab/trust-operator.ts';
import { authGone } from './stacks/auth-gone.ts';
import { gatewayBehind } from './stacks/gateway-behind.ts';
import { oneSecret, ownToken } from './stacks/one-secret.ts';

const FOREIGN_PAGE = { Origin: 'https://shop.example.com' };

const withLegacyName: StartStack = (lab) => lab.start({ gatewayEnv: { JWT_SECRET: newSecret() } });

const withDatabaseLink: StartStack = (lab) => lab.start({ hasDatabaseLink: true });

const withTwoSecrets: StartStack = async (lab) => {
  const gatewaySecret = newSecret();
  const stack = await lab.start({
    env: { JWT_SECRET_KEY: newSecret() },
    gatewayEnv: { JWT_SECRET_STAGING: gatewaySecret },
  });
  trustOperator(stack, gatewaySecret);
  return stack;
};

function longAgo(): { iat: number; exp: number } {
  const nowS = Math.floor(Date.now() / 1000);
  return { iat: nowS - 4_200, exp: nowS - 3_600 };
}

/** Two faults at once: the one that the client meets, and the one that it would meet next. */
export const PAIRS: readonly Drill[] = [
  {
    name: 'expired_and_auth_down',
    injected: 'A token that has expired, while the auth service is dead',
    expected: 'token_stale_client',
    alsoExpected: 'auth_down',
    stack: authGone,
    run: (stack) =>
      knockWithToken(stack.url, ownToken(stack, stack.takeTestUser().userId, { claims: longAgo() })),
  },
  {
    name: 'foreign_origin_and_auth_down',
    injected: 'A page of another origin, while the auth service is dead',
    expected: 'origin_not_configured',
    alsoExpected: 'auth_down',
    stack: authGone,
    run: (stack) => knockWithToken(stack.url, stack.takeTestUser().token, FOREIGN_PAGE),
  },
  {
    name: 'dropped_authorization_and_auth_down',
    injected: 'A proxy that drops Authorization, while the auth service is dead',
    expected: 'proxy_dropped_authorization',
    alsoExpected: 'auth_down',
    stack: authGone,
    run: (stack) =>
      throughProxy(stack.url, { drop: ['Authorization'] }, (url) =>
        knockWithToken(url, stack.takeTestUser().token),
      ),
  },
  {
    name: 'auth_down_and_migration_missing',
    injected: 'The auth service is dead, and a table of the gateway was never made',
    expected: 'auth_down',
    alsoExpected: 'migration_missing',
    stack: authGone,
    async run(stack) {
      await hideTickets(stack);
      return knockWithToken(stack.url, stack.takeUser().token);
    },
    repair: showTickets,
  },
  {
    name: 'expired_and_wrong_audience',
    injected: 'A token that has expired and was made for another service',
    expected: 'token_stale_client',
    alsoExpected: 'wrong_audience',
    stack: oneSecret,
    run: (stack) => {
      const claims = { ...longAgo(), aud: 'billing' };
      return knockWithToken(stack.url, ownToken(stack, stack.takeTestUser().userId, { claims }));
    },
  },
  {
    name: 'wrong_environment_and_issuer',
    injected: 'A token of another environment, from an auth service that writes its own address differently',
    expected: 'wrong_issuer',
    alsoExpected: 'wrong_environment',
    stack: oneSecret,
    run: (stack) => {
      const claims = { iss: `${stack.authUrl}/`, env: 'production' };
      return knockWithToken(stack.url, ownToken(stack, stack.takeTestUser().userId, { claims }));
    },
  },
  {
    name: 'foreign_origin_and_database_down',
    injected: 'A page of another origin, while the way to the database is cut',
    expected: 'origin_not_configured',
    alsoExpected: 'database_down',
    stack: withDatabaseLink,
    async run(stack) {
      const { token } = stack.takeUser();
      await stack.databaseLink.cut();
      return knockWithToken(stack.url, token, FOREIGN_PAGE);
    },
    repair: ({ databaseLink }) => databaseLink.mend(),
  },
  {
    name: 'deactivated_and_legacy_name',
    injected: 'A user is deactivated, and the gateway has a secret under a name that is no longer read',
    expected: 'user_deactivated',
    alsoExpected: 'legacy_secret_name',
    stack: withLegacyName,
    async run(stack) {
      const { userId, token } = stack.takeUser();
      await stack.sql('update auth."user" set active = false where id = $1', [userId]);
      return knockWithToken(stack.url, token);
    },
  },
  {
    name: 'two_secrets_and_not_seeded',
    injected: 'Issuer and verifier hold different secrets, and the user of the test was never seeded',
    expected: 'secret_mismatch',
    alsoExpected: 'e2e_user_not_seeded',
    stack: withTwoSecrets,
    run: (stack) => {
      const { authUrl: issuer, environment } = stack;
      const claims = ordinaryClaims({ issuer, environment, userId: 'staging-e2e-user-077' });
      return knockWithToken(stack.url, mintToken(claims, { secret: stack.authEnv.JWT_SECRET_KEY ?? '' }));
    },
  },
  {
    name: 'clock_behind_and_migration_missing',
    injected: 'The clock of the gateway is behind, and one of its tables was never made',
    expected: 'clock_skew',
    alsoExpected: 'migration_missing',
    stack: gatewayBehind(),
    async run(stack) {
      await hideTickets(stack);
      return knockWithToken(stack.url, stack.takeUser().token);
    },
  },
];
