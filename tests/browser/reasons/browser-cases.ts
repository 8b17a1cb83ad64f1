import { LIMITS, type ReasonCode } from '@netra/protocol';
import type { BrowserCase, NotMet } from './browser-case.ts';
import { connectionCases } from './connection-cases.ts';
import { credentialCases, withUpgrade } from './credential-cases.ts';
import { endingCases } from './ending-cases.ts';
import { outageCases } from './outage-cases.ts';
import { runCases } from './run-cases.ts';

const NOT_ASKED_FOR: NotMet = { notMet: 'the web app asks for nothing that would be answered so' };
const NO_APPROVALS: NotMet = { notMet: 'no tool asks for an approval yet' };

/** A new code does not compile until somebody says how a page meets it, or why none can. */
export const browserCases: Readonly<Record<ReasonCode, BrowserCase | NotMet>> = {
  ...credentialCases,
  ...endingCases,
  ...connectionCases,
  ...runCases,
  ...outageCases,
  request_malformed: (rig) =>
    withUpgrade(rig, (head) => head.replace(/^sec-websocket-key:.*$/im, 'Sec-WebSocket-Key: short')),
  subprotocol_unsupported: (rig) => withUpgrade(rig, (head) => head.replace('netra.v1', 'soap')),
  upgrade_missing: (rig) =>
    withUpgrade(rig, (head) => head.replace(/^sec-websocket-version:.*$/im, 'Sec-WebSocket-Version: 8')),
  headers_too_large: async (rig) =>
    (await rig.guest()).open({
      isRefused: true,
      prepare: (page) =>
        page.route('**/v1/ws/ticket', async (route) => {
          const headers = { ...(await route.request().allHeaders()), 'x-large': 'x'.repeat(40_000) };
          await route.continue({ headers });
        }),
    }),
  thread_unknown: async (rig) => (await rig.guest()).open({ path: '/chat/thr_of_nobody' }),
  async connection_limit(rig) {
    const { userId, open } = await rig.visitor();
    await Promise.all(Array.from({ length: LIMITS.maxConnectionsPerUser }, () => rig.connect(userId)));
    return open({ isRefused: true });
  },
  run_unknown: {
    notMet: 'a page knows the runs that it was told of, and they leave the screen with their chat',
  },
  approval_unknown: NO_APPROVALS,
  approval_settled: NO_APPROVALS,
  attempt_unknown: NOT_ASKED_FOR,
  route_unknown: NOT_ASKED_FOR,
  method_not_allowed: NOT_ASKED_FOR,
  run_in_progress: { notMet: 'the web app lets messages wait for the run before them' },
  idempotency_conflict: { notMet: 'the ids of the client are random' },
  body_too_large: { notMet: 'the client itself says that a message is too large, before it is sent' },
  message_invalid: { notMet: 'the forms hold to the limits of the protocol' },
  frame_type_unknown: { notMet: 'the client sends the types of the protocol' },
  quota_exceeded: { notMet: 'the web app has no page for API keys' },
  client_gone: { notMet: 'never sent: the client has gone' },
  overloaded: { notMet: 'no gateway of ours sends it: it stands for a 1013 without a reason' },
};
