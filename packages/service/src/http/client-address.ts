import { BlockList, isIP } from 'node:net';

/**
 * The address that a request comes from. `X-Forwarded-For` counts only as far as trusted proxies wrote it: read from the
 * right, the first address that is not a trusted proxy's is the client's. Whatever stands further left, the client chose.
 */
export type ClientAddress = (
  remoteAddress: string | undefined,
  headers: { get(name: string): string | null },
) => string | undefined;

/** `trustedProxies` are addresses and CIDR ranges; with none, the header is ignored. */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = blockListOf(trustedProxies);
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  return (remoteAddress, headers) => {
    const peer = plainAddress(remoteAddress ?? '');
    if (peer === undefined || !isTrusted(peer)) return peer;
    const hops = (headers.get('x-forwarded-for') ?? '').split(',').reverse();
    let nearest = peer;
    for (const hop of hops) {
      const address = plainAddress(hop);
      // What a trusted proxy did not understand, nobody vouches for.
      if (address === undefined) return nearest;
      nearest = address;
      if (!isTrusted(address)) return address;
    }
    return nearest;
  };
}

/** Whether `TRUSTED_PROXIES` may hold this: an address, or a range such as `10.0.0.0/8`. */
export function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const type = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, type);
    else list.addSubnet(address, Number(prefix), type);
  }
  return list;
}

/** Without port, brackets, zone and the IPv6 dress of an IPv4 address. */
function plainAddress(text: string): string | undefined {
  const trimmed = text.trim().toLowerCase();
  const bare =
    /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed)?.[1] ??
    /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(trimmed)?.[1] ??
    trimmed;
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '');
  return isIP(address) === 0 ? undefined : address;
}
