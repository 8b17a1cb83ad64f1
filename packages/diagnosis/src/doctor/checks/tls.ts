import type { Check } from '../check.ts';
import { endpointOf } from '../endpoint.ts';

const SOON_DAYS = 7;
const DAY_MS = 86_400_000;

/** The certificate is good, and will be for a while. Silent where there is no TLS. */
export const tls: Check = {
  name: 'tls',
  title: 'Certificate',
  needs: [],
  isFoundation: true,
  async run({ url, network, signal, now }) {
    if (!url.startsWith('https:')) return undefined;
    const { host, port } = endpointOf(url);
    const command = `openssl s_client -connect ${host}:${port} -servername ${host} </dev/null`;
    const { is_authorized, error, valid_to } = await network.inspectTls(host, port, signal);
    const evidence = [{ source: 'valid_to', observed: valid_to }];
    if (!is_authorized)
      return {
        severity: 'error',
        message: `The certificate of ${host} is not accepted: ${error ?? 'unknown reason'}.`,
        command,
        evidence,
      };
    const daysLeft = (Date.parse(valid_to) - now()) / DAY_MS;
    if (daysLeft >= SOON_DAYS) return undefined;
    return {
      severity: 'warning',
      message: `The certificate of ${host} ends in ${Math.max(0, Math.floor(daysLeft))} days.`,
      command,
      evidence,
    };
  },
};
