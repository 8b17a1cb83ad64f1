import { LIMITS } from '@netra/protocol';
import type { Check } from '../check.ts';
import { nextFrame, openSocket } from '../conversation.ts';

const DEFAULT_WAIT_MS = 60_000;

/** A connection on which nobody says anything stays open. On demand: it has to wait. */
export const idleTimeout: Check = {
  name: 'idle_timeout',
  title: 'A silent connection',
  needs: ['session'],
  onDemand: true,
  async run(context) {
    const { idleWaitMs = DEFAULT_WAIT_MS, now, signal, url } = context;
    const socket = await openSocket(context);
    const openedAtMs = now();
    let heardAtMs = openedAtMs;
    const enough = AbortSignal.any([signal, AbortSignal.timeout(idleWaitMs)]);
    try {
      for (;;) {
        await nextFrame(socket, enough);
        heardAtMs = now();
      }
    } catch (cause) {
      if (signal.aborted) throw cause;
      if (enough.aborted) return undefined;
    } finally {
      socket.close();
    }
    const { code, reason } = await socket.closed;
    if (reason !== '') return undefined;
    return {
      severity: 'error',
      message: `A silent connection is cut after ${Math.round((now() - heardAtMs) / 1000)} s without a reason: a proxy's time limit. It has to be above the heartbeat of ${LIMITS.heartbeatMs / 1000} s. nginx: \`proxy_read_timeout 3600s;\` for /ws.`,
      command: `netra doctor ${url} idle_timeout`,
      root_cause: 'proxy_timeout_too_short',
      evidence: [
        { source: 'silence', observed: `${now() - heardAtMs} ms`, expected: `over ${LIMITS.heartbeatMs} ms` },
        { source: 'close code', observed: String(code) },
      ],
    };
  },
};
