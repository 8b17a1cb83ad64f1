import type { Check } from '../check.ts';

/** The name leads to an address. */
export const dns: Check = {
  name: 'dns',
  title: 'Name',
  needs: [],
  isFoundation: true,
  async run({ url, network, signal }) {
    const { hostname } = new URL(url);
    if (isAddress(hostname)) return undefined;
    try {
      const addresses = await network.resolve(hostname, signal);
      if (addresses.length > 0) return undefined;
    } catch {
      // Said below: a name without an address and one that cannot be looked up are mended the same way.
    }
    return {
      severity: 'error',
      message: `${hostname} has no address. Look for a slip in the name, or set its DNS record.`,
      command: `dig +short ${hostname}`,
    };
  },
};

function isAddress(hostname: string): boolean {
  return /^[\d.]+$/.test(hostname) || hostname.startsWith('[');
}
