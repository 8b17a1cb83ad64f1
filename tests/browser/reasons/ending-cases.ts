import { LIMITS, type ReasonCode } from '@netra/protocol';
import { disconnectByOperator } from '../../system/reasons/disconnect-by-operator.ts';
import type { BrowserCase, NotMet } from './browser-case.ts';

/** What ends for the user of an open page. */
export const endingCases = {
  async token_expired(rig) {
    const page = await (await rig.guest()).open();
    rig.stack.advance(LIMITS.accessTokenLifeMs + LIMITS.tokenSkewMs + 1_000);
    return page;
  },
  async token_revoked(rig) {
    const stack = await rig.ownStack();
    const page = await (await rig.visitor(stack)).open({ stack });
    const active = (await stack.auth.keys.list()).find(({ state }) => state === 'active');
    await stack.auth.keys.revoke(active?.kid ?? '');
    return page;
  },
  async permissions_changed(rig) {
    const { userId, open } = await rig.visitor();
    const page = await open();
    await rig.stack.auth.users.setRoles(userId, ['operator']);
    return page;
  },
  async session_ended(rig) {
    const { context, open } = await rig.visitor();
    const page = await open();
    // Without the page: as from another browser.
    await context.request.post(`${rig.stack.url}/auth/sign-out`, {
      data: {},
      headers: { origin: rig.stack.url },
    });
    return page;
  },
  user_unknown: async (rig) =>
    (await rig.guest()).open({ isRefused: true, token: () => rig.token('usr_of_nobody') }),
  async user_inactive(rig) {
    const { userId, open } = await rig.visitor();
    const page = await open();
    await rig.stack.auth.users.deactivate(userId);
    return page;
  },
  async disconnected_by_operator(rig) {
    const visitor = await rig.guest();
    const page = await visitor.open();
    await disconnectByOperator(rig, visitor.userId);
    return page;
  },
} satisfies Partial<Record<ReasonCode, BrowserCase | NotMet>>;
