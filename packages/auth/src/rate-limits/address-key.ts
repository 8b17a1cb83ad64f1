import { normalizeIP } from '@better-auth/core/utils/ip';

/** Whoever has one IPv6 address has 2^64 of them: the network counts as one. */
const IPV6_PREFIX_BITS = 64;

export function addressKey(address: string): string {
  return normalizeIP(address, { ipv6Subnet: IPV6_PREFIX_BITS });
}
