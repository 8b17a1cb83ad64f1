import type { Check } from '../check.ts';
import { endpointOf } from '../endpoint.ts';

/** Something listens there. */
export const tcp: Check = {
  name: 'tcp',
  title: 'Port',
  needs: [],
  isFoundation: true,
  async run({ url, network, signal }) {
    const { host, port } = endpointOf(url);
    try {
      await network.connectTcp(host, port, signal);
      return undefined;
    } catch (cause) {
      if (signal.aborted) throw cause;
      const said = cause instanceof Error ? cause.message : 'no answer';
      return {
        severity: 'error',
        message: `Nothing answers at ${host} port ${port} (${said}). The server does not run, listens elsewhere, or a firewall stands between.`,
        command: `nc -vz ${host} ${port}`,
      };
    }
  },
};
