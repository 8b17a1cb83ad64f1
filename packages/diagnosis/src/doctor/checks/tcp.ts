import { startDeadline } from '../../deadline.ts';
import type { Check } from '../check.ts';
import { endpointOf } from '../endpoint.ts';
import { reasonOf } from '../reason-of.ts';

const PATIENCE_MS = 5_000;

/** Something listens there. */
export const tcp: Check = {
  name: 'tcp',
  title: 'Port',
  needs: [],
  isFoundation: true,
  async run({ url, network, signal }) {
    const { host, port } = endpointOf(url);
    const patience = startDeadline(PATIENCE_MS, signal);
    try {
      await network.connectTcp(host, port, patience.signal);
      return undefined;
    } catch (cause) {
      if (signal.aborted) throw cause;
      return {
        severity: 'error',
        message: patience.isOver()
          ? `${host} port ${port} says nothing for ${PATIENCE_MS / 1000} s. A firewall drops what comes, or no machine has that address.`
          : `Nothing listens at ${host} port ${port} (${reasonOf(cause)}). The server does not run, or listens elsewhere.`,
        command: `nc -vz -w 5 ${host} ${port}`,
      };
    } finally {
      patience.release();
    }
  },
};
