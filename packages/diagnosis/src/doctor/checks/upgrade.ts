import { BEARER_SUBPROTOCOL_PREFIX, SUBPROTOCOL } from '@netra/protocol';
import { BEFORE_UPGRADE, type Check, OUTAGES } from '../check.ts';
import { openSocket } from '../conversation.ts';

/** A ticket and a token each open a WebSocket, and only the protocol is echoed. */
export const upgrade: Check = {
  name: 'upgrade',
  title: 'Opening a WebSocket',
  needs: ['session'],
  restsOn: OUTAGES,
  follows: BEFORE_UPGRADE,
  async run(context) {
    for (const by of ['ticket', 'bearer'] as const) {
      const socket = await openSocket(context, by);
      socket.close();
      if (socket.protocol === SUBPROTOCOL) continue;
      return {
        severity: 'error',
        message: socket.protocol.startsWith(BEARER_SUBPROTOCOL_PREFIX)
          ? 'The credential is echoed as the subprotocol.'
          : `The subprotocol is answered with ${socket.protocol || 'nothing'}: browsers close such a connection. A proxy removes \`Sec-WebSocket-Protocol\` from the answer.`,
        command: `netra doctor ${context.url} proxy_subprotocol`,
        root_cause: 'proxy_dropped_subprotocol',
        evidence: [
          {
            source: 'Sec-WebSocket-Protocol',
            observed: socket.protocol ? 'another' : 'absent',
            expected: SUBPROTOCOL,
          },
        ],
      };
    }
    return undefined;
  },
};
