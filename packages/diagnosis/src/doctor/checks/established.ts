import { LIMITS } from '@netra/protocol';
import { BEFORE_UPGRADE, type Check, OUTAGES } from '../check.ts';
import { nextFrame, openSocket } from '../conversation.ts';

/** The first frame is `connection_established`, within the deadline of the handshake. */
export const established: Check = {
  name: 'connection_established',
  title: 'First frame',
  needs: ['session'],
  restsOn: OUTAGES,
  follows: [...BEFORE_UPGRADE, 'upgrade'],
  async run(context) {
    const { url, now, signal } = context;
    const startedAtMs = now();
    const socket = await openSocket(context);
    try {
      const { type, attempt_id } = await nextFrame(socket, signal);
      const tookMs = now() - startedAtMs;
      if (type !== 'connection_established')
        return {
          severity: 'error',
          message: `The first frame is ${type}, not connection_established.`,
          command: `netra doctor ${url} connection_established`,
          evidence: [{ source: 'type', observed: type, expected: 'connection_established' }],
        };
      if (tookMs <= LIMITS.handshakeDeadlineMs) return undefined;
      return {
        severity: 'warning',
        message: `From the ticket to connection_established it took ${tookMs} ms. Clients with a short time limit give up before.`,
        command:
          attempt_id === undefined ? `netra doctor ${url} connection_established` : `netra why ${attempt_id}`,
        root_cause: 'auth_slow',
        evidence: [
          {
            source: 'duration',
            observed: `${tookMs} ms`,
            expected: `within ${LIMITS.handshakeDeadlineMs} ms`,
          },
        ],
      };
    } finally {
      socket.close();
    }
  },
};
