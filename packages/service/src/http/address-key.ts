/** Whoever has one IPv6 address has 2^64 of them: the network counts as one. */
const NETWORK_GROUPS = 4;
const GROUPS = 8;

/** What limits by address count by: an IPv4 address, or the /64 of an IPv6 one. `address` is one that `ClientAddress` gave. */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address;
  // The one form of RFC 5952, with an IPv4 tail as two groups.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = Array.from({ length: GROUPS - before.length - after.length }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
