import { BlockList, isIP } from 'node:net';

/**
 * The address that a request comes from. `X-Forwarded-For` counts only as far as trusted proxies wrote it: read from the
 * right, the first address that is not a trusted proxy's is the client's. Whatever stands further left, the client chose.
 */
export type ClientAddress = (
  remoteAddress: string | undefined,
  headers: { get(name: string): string | null },
) => string | undefined;

/** Who stands at the other end of a connection, and for whom it speaks. */
export interface ClientOrigin {
  /** As `ClientAddress` gives it. */
  readonly address?: string;
  /** The other end of the connection itself. */
  readonly peerAddress?: string;
  /** Whether the peer is one of the trusted proxies. */
  readonly isTrusted: boolean;
  /** Whether it says for whom it speaks; ignored when it is not trusted. */
  readonly hasForwarded: boolean;
}

export type ResolveClient = (
  remoteAddress: string | undefined,
  headers: { get(name: string): string | null },
) => ClientOrigin;

/** `trustedProxies` are addresses and CIDR ranges; with none, the header is ignored. */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const resolve = createResolveClient(trustedProxies);
  return (remoteAddress, headers) => resolve(remoteAddress, headers).address;
}

/** The same rule, with what it was decided by. */
export function createResolveClient(trustedProxies: readonly string[]): ResolveClient {
  const trusted = blockListOf(trustedProxies);
  // A look into an empty list costs as much as one into a full one.
  const isTrusted = (address: string) =>
    trustedProxies.length > 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  function nearest(peer: string, forwarded: string): string {
    let known = peer;
    for (const hop of forwarded.split(',').reverse()) {
      const address = plainAddress(hop);
      // What a trusted proxy did not understand, nobody vouches for.
      if (address === undefined) return known;
      known = address;
      if (!isTrusted(address)) return address;
    }
    return known;
  }

  return (remoteAddress, headers) => {
    const forwarded = headers.get('x-forwarded-for');
    const hasForwarded = forwarded !== null || headers.get('forwarded') !== null;
    const peerAddress = plainAddress(remoteAddress ?? '');
    if (peerAddress === undefined) return { isTrusted: false, hasForwarded };
    const isFromProxy = isTrusted(peerAddress);
    const address = isFromProxy ? nearest(peerAddress, forwarded ?? '') : peerAddress;
    return { address, peerAddress, isTrusted: isFromProxy, hasForwarded };
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
  // As most are.
  if (isIP(text) === 4) return text;
  const trimmed = text.trim().toLowerCase();
  const bare =
    /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed)?.[1] ??
    /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(trimmed)?.[1] ??
    trimmed;
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '');
  return isIP(address) === 0 ? undefined : address;
}
