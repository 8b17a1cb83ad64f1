import type { Check } from '../check.ts';
import type { TlsFacts } from '../doctor-context.ts';
import { endpointOf } from '../endpoint.ts';
import { reasonOf } from '../reason-of.ts';

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
    let facts: TlsFacts;
    try {
      facts = await network.inspectTls(host, port, signal);
    } catch (cause) {
      if (signal.aborted) throw cause;
      return {
        severity: 'error',
        message: `The port is open, and what answers there does not speak TLS (${reasonOf(cause)}). Is the address ${url.replace(/^https/, 'http')}?`,
        command,
      };
    }
    const { is_authorized, error, valid_to } = facts;
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
