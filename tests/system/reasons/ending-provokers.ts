import { LIMITS, type ReasonCode } from '@netra/protocol';
import { openAccount, postJson } from '../../kit/account.ts';
import { signUp } from '../../kit/person.ts';
import { connectRaw } from '../../kit/raw-socket.ts';
import { disconnectByOperator } from './disconnect-by-operator.ts';
import type { Provoked, Provoker } from './provoked.ts';
import type { ReasonRig } from './reason-rig.ts';
import { withStack } from './with-stack.ts';

/** What ends for a user: by the clock, by an operator, by the user. At the door, and on an open connection. */
export const endingProvokers = {
  token_expired: [
    (rig) => rig.upgradeWith(rig.token(rig.ada, { exp: Math.floor(rig.stack.now() / 1000) - 60 })),
    (rig) =>
      closeOf(rig, rig.ada, () => rig.stack.advance(LIMITS.accessTokenLifeMs + LIMITS.tokenSkewMs + 1_000)),
  ],
  token_revoked: [
    async (rig) => {
      const userId = await rig.addUser();
      const token = rig.token(userId);
      await rig.stack.auth.users.setRoles(userId, ['operator']);
      return rig.upgradeWithRevoked(token);
    },
    () =>
      withStack({}, async ({ url, auth }) => {
        const { token } = await signUp(url);
        const socket = await connectRaw(url, await token());
        const active = (await auth.keys.list()).find(({ state }) => state === 'active');
        await auth.keys.revoke(active?.kid ?? '');
        return { via: 'close', ...(await socket.closed) };
      }),
  ],
  permissions_changed: [
    async (rig) => {
      const userId = await rig.addUser();
      return closeOf(rig, userId, () => rig.stack.auth.users.setRoles(userId, ['operator']));
    },
  ],
  session_ended: [
    async (rig) => {
      const account = await openAccount(rig.stack.url);
      const { access_token: token } = await account.exchange();
      await postJson(`${rig.stack.url}/auth/sign-out`, {}, account.sessionToken);
      return rig.upgradeWithRevoked(token);
    },
    async (rig) => {
      const account = await openAccount(rig.stack.url);
      const socket = await connectRaw(rig.stack.url, (await account.exchange()).access_token);
      await postJson(`${rig.stack.url}/auth/sign-out`, {}, account.sessionToken);
      return { via: 'close', ...(await socket.closed) };
    },
  ],
  user_unknown: [
    (rig) => rig.upgradeWith(rig.token('usr_of_nobody')),
    async (rig) => {
      const account = await openAccount(rig.stack.url);
      const { user } = await account.exchange();
      // By another session than the one that deletes, which ends as such.
      const socket = await rig.connect(user.user_id);
      await postJson(
        `${rig.stack.url}/auth/delete-user`,
        { password: account.password },
        account.sessionToken,
      );
      return { via: 'close', ...(await socket.closed) };
    },
  ],
  user_inactive: [
    async (rig) => {
      const userId = await rig.addUser();
      const token = rig.token(userId);
      await rig.stack.auth.users.deactivate(userId);
      return rig.upgradeWithRevoked(token);
    },
    async (rig) => {
      const userId = await rig.addUser();
      return closeOf(rig, userId, () => rig.stack.auth.users.deactivate(userId));
    },
  ],
  disconnected_by_operator: [
    async (rig) => {
      const userId = await rig.addUser();
      return closeOf(rig, userId, () => disconnectByOperator(rig, userId));
    },
  ],
  permission_missing: [(rig) => rig.upgradeWith(rig.token(rig.ada, { permissions: [] }))],
} satisfies Partial<Record<ReasonCode, readonly Provoker[]>>;

async function closeOf(rig: ReasonRig, userId: string, end: () => unknown): Promise<Provoked> {
  const socket = await rig.connect(userId);
  await end();
  return { via: 'close', ...(await socket.closed) };
}
